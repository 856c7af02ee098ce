import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { PathDownloadView } from '../../src/views/path.js'
import { BIG, DIGITS } from '../adapters/fixtures.js'
import { useFixtures, watchForStrayErrors } from '../adapters/use.js'
import { createGate, sleep } from '../adapters/wait.js'
import { eventually } from '../support/eventually.js'
import { type RawRequest, writeRequest } from './raw.js'
import { made, serve } from './serve.js'

const fixtures = useFixtures()
watchForStrayErrors()

const files = await serve(PathDownloadView.asView({ root: fixtures.root }), { route: '/files/*path' })

/** One request of each kind, with what comes back. */
const KINDS: readonly (readonly [title: string, request: RawRequest, status: number, body: string | Buffer])[] = [
  ['a file', { target: '/files/digits.txt' }, 200, DIGITS],
  ['a HEAD', { target: '/files/digits.txt', method: 'HEAD' }, 200, ''],
  ['a 304', { target: '/files/digits.txt', headers: { 'If-None-Match': '*' } }, 304, ''],
  ['a range', { target: '/files/digits.txt', headers: { Range: 'bytes=2-4' } }, 206, '234'],
  ['a 416', { target: '/files/digits.txt', headers: { Range: 'bytes=50-' } }, 416, ''],
  ['a 412', { target: '/files/digits.txt', headers: { 'If-Match': '"x"' } }, 412, ''],
  ['a 404', { target: '/files/missing.txt' }, 404, 'Not Found\n'],
  ['a HEAD that is a 404', { target: '/files/missing.txt', method: 'HEAD' }, 404, ''],
  ['a 404 of another route', { target: '/elsewhere' }, 404, 'Not Found\n'],
  ['a 404 of a bad path', { target: '/files/..%2f' }, 404, 'Not Found\n'],
  ['a 405', { target: '/files/digits.txt', method: 'POST' }, 405, ''],
  [
    'a 405 with a body',
    { target: '/files/digits.txt', method: 'PUT', body: 'GET /files/one.txt HTTP/1.1\r\n\r\n' },
    405,
    '',
  ],
  ['an OPTIONS', { target: '/files/digits.txt', method: 'OPTIONS' }, 204, ''],
  ['an OPTIONS with a body', { target: '/files/digits.txt', method: 'OPTIONS', body: 'x'.repeat(70_000) }, 204, ''],
  ['a GET with a body', { target: '/files/one.txt', body: 'HTTP/1.1 200 OK\r\n\r\n' }, 200, '1'],
  ['an empty file', { target: '/files/empty.txt' }, 200, ''],
  ['a range of an empty file', { target: '/files/empty.txt', headers: { Range: 'bytes=0-' } }, 200, ''],
  ['a large file', { target: '/files/big.bin' }, 200, BIG],
  ['a HEAD of a large file', { target: '/files/big.bin', method: 'HEAD' }, 200, ''],
  ['a HEAD with a range', { target: '/files/big.bin', method: 'HEAD', headers: { Range: 'bytes=0-5' } }, 200, ''],
  [
    'a large range',
    { target: '/files/big.bin', headers: { Range: 'bytes=1-999999' } },
    206,
    BIG.subarray(1, 1_000_000),
  ],
]

for (const [title, request, status, body] of KINDS) {
  test(`the connection goes on after ${title}`, async () => {
    const connection = await files.connect()
    for (let round = 0; round < 3; round++) {
      connection.send(writeRequest(request))
      const reply = await connection.reply(request.method)
      assert.equal(reply.status, status)
      assert.ok(reply.body.equals(Buffer.from(body)), 'The bytes differ.')
      assert.notEqual(reply.framing, 'close')
      assert.notEqual(reply.get('Connection'), 'close')
    }
    connection.destroy()
  })
}

for (const [title, order] of [
  ['in this order', [...KINDS]],
  ['in the reverse order', [...KINDS].reverse()],
  ['twice over', [...KINDS, ...KINDS]],
] as const) {
  test(`${KINDS.length} requests of every kind sent at once are answered ${title}, frame after frame`, async () => {
    const connection = await files.connect()
    connection.send(Buffer.concat(order.map(([, request]) => writeRequest(request))))
    for (const [kind, request, status, body] of order) {
      const reply = await connection.reply(request.method)
      assert.equal(reply.status, status, kind)
      assert.ok(reply.body.equals(Buffer.from(body)), kind)
    }
    assert.equal(connection.ending, 'open')
    connection.send(writeRequest({ target: '/files/one.txt', headers: { Connection: 'close' } }))
    assert.equal((await connection.reply()).body.toString(), '1')
    assert.equal(await connection.ended(), 'closed')
  })
}

test('a multipart body ends where its length says', async () => {
  const connection = await files.connect()
  const several = writeRequest({ target: '/files/digits.txt', headers: { Range: 'bytes=0-1,4-5' } })
  connection.send(Buffer.concat([several, several, writeRequest({ target: '/files/one.txt' })]))
  for (let count = 0; count < 2; count++) assert.equal((await connection.reply()).status, 206)
  assert.equal((await connection.reply()).body.toString(), '1')
  connection.destroy()
})

test('two hundred requests at once are answered without a warning', async () => {
  const warnings: Error[] = []
  const collect = (warning: Error) => void warnings.push(warning)
  process.on('warning', collect)
  const connection = await files.connect()
  connection.send(Buffer.concat(Array.from({ length: 200 }, () => writeRequest({ target: '/files/digits.txt' }))))
  for (let count = 0; count < 200; count++) assert.equal((await connection.reply()).body.toString(), DIGITS)
  connection.destroy()
  await sleep(10)
  process.off('warning', collect)
  assert.deepEqual(warnings, [])
})

test('thousands of requests over one connection leave nothing behind', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage: () => void = runInNewContext('gc')
  const connection = await files.connect()
  const request = Buffer.concat(Array.from({ length: 100 }, () => writeRequest({ target: '/files/one.txt' })))
  const ask = async (rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      connection.send(request)
      for (let count = 0; count < 100; count++) assert.equal((await connection.reply()).status, 200)
    }
    collectGarbage()
    return process.memoryUsage().heapUsed
  }
  const before = await ask(10)
  const after = await ask(40)
  connection.destroy()
  assert.ok(after - before < 2_000_000, `${(after - before) / 4000} bytes for each request`)
})

test('a request that waits behind another one is given up with its connection', async () => {
  let ended = 0
  const endless = async function* () {
    try {
      for (;;) {
        yield 'x'.repeat(50_000)
        await sleep(1)
      }
    } finally {
      ended++
    }
  }
  const served = await serve(made({ endless: () => [endless] }))
  const connection = await served.connect()
  connection.send(Buffer.concat(Array.from({ length: 3 }, () => writeRequest({ target: '/endless' }))))
  await connection.head()
  await sleep(30)
  connection.reset()
  await eventually(() => ended === 3)
  assert.deepEqual(served.faults, [])
})

test('a body that breaks while it waits behind another one ends the connection', async () => {
  const gate = createGate()
  const served = await serve(
    made({
      slow: () => [
        async function* () {
          yield 'first '
          await gate.opened
          yield 'second'
        },
      ],
      broken: () => [
        async function* () {
          yield 'one'
          await sleep(5)
          throw new Error('Broken on purpose.')
        },
      ],
    }),
  )
  const connection = await served.connect()
  connection.send(Buffer.concat([writeRequest({ target: '/slow' }), writeRequest({ target: '/broken' })]))
  await connection.head()
  await eventually(() => served.faults.length === 1)
  gate.open()
  assert.notEqual(await connection.ended(), 'open')
})

test('nothing is answered after a body that broke', async () => {
  const served = await serve(
    made({
      broken: () => [
        async function* () {
          yield 'one'
          await sleep(5)
          throw new Error('Broken on purpose.')
        },
      ],
      whole: () => ['whole'],
    }),
  )
  const connection = await served.connect()
  connection.send(Buffer.concat([writeRequest({ target: '/broken' }), writeRequest({ target: '/whole' })]))
  assert.equal((await connection.reply()).isComplete, false)
  await assert.rejects(connection.reply(), /before a reply/)
})
