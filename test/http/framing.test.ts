import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text as textOf } from 'node:stream/consumers'
import { test } from 'node:test'
import { PathDownloadView } from '../../src/views/path.js'
import { DIGITS } from '../adapters/fixtures.js'
import { useFixtures, watchForStrayErrors } from '../adapters/use.js'
import { sleep } from '../adapters/wait.js'
import { breakIt, brokenOnceRead } from './broken-once-read.js'
import { rawRequest, writeRequest } from './raw.js'
import { made, serve } from './serve.js'

const fixtures = useFixtures()
watchForStrayErrors()

const files = await serve(PathDownloadView.asView({ root: fixtures.root }), { route: '/files/*path' })
const contents = made({
  unknown: () => [pieces('one', 'two')],
  known: () => [pieces('one', 'two'), { size: 6 }],
  nothing: () => [pieces()],
  broken: () => [brokenOnceRead],
  'broken-known': () => [pieces('one', new Error('Broken on purpose.')), { size: 6 }],
  short: () => [pieces('one', 'two'), { size: 7 }],
  long: () => [pieces('one', 'two', 'three'), { size: 6 }],
  'broken-at-end': () => [pieces('one', 'two', new Error('Broken on purpose.')), { size: 6 }],
})
const virtual = await serve(contents)
const overTls = await serve(contents, {}, 'tls')
const overUnix = await serve(contents, {}, 'unix')

/** A generator that leaves time for each piece to reach the client. */
function pieces(...all: (string | Error)[]): () => AsyncGenerator<string> {
  return async function* () {
    for (const piece of all) {
      if (typeof piece !== 'string') throw piece
      yield piece
      await sleep(5)
    }
  }
}

test('HTTP/1.1: a body of unknown length is chunked', async () => {
  const reply = await rawRequest(virtual.origin, { target: '/unknown' })
  assert.equal(reply.framing, 'chunked')
  assert.equal(reply.get('Content-Length'), undefined)
  assert.equal(reply.body.toString(), 'onetwo')
  assert.ok(reply.isComplete, 'The body is not whole.')
})

test('HTTP/1.1: a body of known length has it, generated or not', async () => {
  for (const [origin, target] of [
    [virtual.origin, '/known'],
    [files.origin, '/files/digits.txt'],
  ] as const) {
    const reply = await rawRequest(origin, { target })
    assert.equal(reply.framing, 'length')
    assert.equal(reply.get('Transfer-Encoding'), undefined)
    assert.ok(reply.isComplete, 'The body is not whole.')
  }
})

test('HTTP/1.1: a HEAD of unknown length makes none up', async () => {
  const reply = await rawRequest(virtual.origin, { target: '/unknown', method: 'HEAD' })
  assert.equal(reply.status, 200)
  assert.equal(reply.get('Content-Length'), undefined)
})

for (const version of ['1.1', '1.0'] as const) {
  test(`HTTP/${version}: an empty generator is an empty body`, async () => {
    const reply = await rawRequest(virtual.origin, { target: '/nothing', version })
    assert.equal(reply.body.length, 0)
    assert.ok(reply.isComplete, 'The body is not whole.')
  })

  test(`HTTP/${version}: a body of unknown length that breaks never looks whole`, async () => {
    const connection = await virtual.connect()
    connection.send(writeRequest({ target: '/broken', version }))
    const { framing } = await connection.head()
    assert.equal(framing, version === '1.0' ? 'close' : 'chunked')
    const first = framing === 'close' ? await connection.take(3) : await connection.chunk()
    assert.equal(first?.toString(), 'one')
    breakIt()
    if (framing === 'chunked') assert.equal(await connection.chunk(), undefined)
    // Without length and chunks, only a reset tells a body that broke from one that ended.
    else assert.equal(await connection.ended(), 'reset')
    assert.notEqual(await connection.ended(), 'open')
  })

  for (const target of ['/broken-known', '/short', '/long', '/broken-at-end']) {
    test(`HTTP/${version}: ${target} never looks whole`, async () => {
      const connection = await virtual.connect()
      connection.send(writeRequest({ target, version }))
      const reply = await connection.reply()
      assert.equal(reply.status, 200)
      assert.equal(reply.isComplete, false)
      assert.notEqual(await connection.ended(), 'open')
    })
  }
}

test('HTTP/1.0 over TLS: a body of unknown length ends in order, or by a reset of what is below TLS', async () => {
  const whole = await rawRequest(overTls.origin, { target: '/unknown', version: '1.0' })
  assert.deepEqual([whole.framing, whole.body.toString(), whole.isComplete], ['close', 'onetwo', true])
  const connection = await overTls.connect()
  connection.send(writeRequest({ target: '/broken', version: '1.0' }))
  assert.equal((await connection.head()).framing, 'close')
  assert.equal((await connection.take(3)).toString(), 'one')
  breakIt()
  assert.equal(await connection.ended(), 'reset')
})

test('HTTP/1.0 over TLS: curl does not take a body of unknown length that broke for whole', async () => {
  const curl = spawn('curl', ['-sSkN', '--http1.0', '--no-alpn', `${overTls.origin}/broken`])
  curl.stdout.once('data', () => breakIt())
  const [[code], text] = await Promise.all([once(curl, 'close'), textOf(curl.stdout)])
  assert.equal(text, 'one')
  // CURLE_RECV_ERROR
  assert.equal(code, 56)
})

test('HTTP/1.0 over a Unix socket: a broken body of unknown length ends the connection, and the server goes on', async () => {
  const connection = await overUnix.connect()
  connection.send(writeRequest({ target: '/broken', version: '1.0' }))
  assert.equal((await connection.head()).framing, 'close')
  assert.equal((await connection.take(3)).toString(), 'one')
  breakIt()
  // There is no reset here, so that nothing could tell it from an end.
  assert.equal(await connection.ended(), 'closed')
  assert.equal((await rawRequest(overUnix.origin, { target: '/known' })).body.toString(), 'onetwo')
})

for (const [transport, served] of Object.entries({ TLS: overTls, 'a Unix socket': overUnix })) {
  test(`HTTP/1.1 over ${transport}: a body that breaks never looks whole, also where the connection is to close`, async () => {
    for (const headers of [{}, { Connection: 'close' }]) {
      const connection = await served.connect()
      connection.send(writeRequest({ target: '/broken', headers }))
      assert.equal((await connection.head()).framing, 'chunked')
      assert.equal((await connection.chunk())?.toString(), 'one')
      breakIt()
      assert.equal(await connection.chunk(), undefined)
      assert.notEqual(await connection.ended(), 'open')
    }
  })

  test(`HTTP/1.0 over ${transport}: a body that is shorter than its length is not whole`, async () => {
    const reply = await rawRequest(served.origin, { target: '/broken-known', version: '1.0' })
    assert.deepEqual([reply.framing, reply.isComplete], ['length', false])
  })
}

test('HTTP/1.1: a HEAD of unknown length leaves the connection in step', async () => {
  const connection = await virtual.connect()
  connection.send(writeRequest({ target: '/unknown', method: 'HEAD' }))
  connection.send(writeRequest({ target: '/known' }))
  assert.equal((await connection.reply('HEAD')).status, 200)
  assert.equal((await connection.reply()).body.toString(), 'onetwo')
  connection.destroy()
})

test('HTTP/1.1: Connection: close is honoured, and the body still has its length or its last chunk', async () => {
  for (const [origin, target] of [
    [virtual.origin, '/unknown'],
    [virtual.origin, '/known'],
    [files.origin, '/files/digits.txt'],
    [files.origin, '/files/missing.txt'],
  ] as const) {
    const reply = await rawRequest(origin, { target, headers: { Connection: 'close' } })
    assert.notEqual(reply.framing, 'close')
    assert.equal(reply.get('Connection'), 'close')
    assert.ok(reply.isComplete, 'The body is not whole.')
  }
})

test('HTTP/1.0: a body of unknown length ends with its connection, in order', async () => {
  const connection = await virtual.connect()
  connection.send(writeRequest({ target: '/unknown', version: '1.0' }))
  const reply = await connection.reply()
  assert.equal(reply.framing, 'close')
  assert.equal(reply.get('Transfer-Encoding'), undefined)
  assert.equal(reply.body.toString(), 'onetwo')
  assert.equal(connection.ending, 'closed')
})

test('HTTP/1.0: a body of unknown length ends the connection even if the client would keep it', async () => {
  const connection = await virtual.connect()
  connection.send(writeRequest({ target: '/unknown', version: '1.0', headers: { Connection: 'keep-alive' } }))
  const reply = await connection.reply()
  assert.equal(reply.framing, 'close')
  assert.equal(reply.body.toString(), 'onetwo')
  assert.equal(connection.ending, 'closed')
})

test('HTTP/1.0: a file has its length, and the connection stays if the client wants it', async () => {
  const connection = await files.connect()
  for (let round = 0; round < 2; round++) {
    connection.send(
      writeRequest({ target: '/files/digits.txt', version: '1.0', headers: { Connection: 'keep-alive' } }),
    )
    const reply = await connection.reply()
    assert.equal(reply.framing, 'length')
    assert.equal(reply.body.toString(), DIGITS)
  }
  connection.destroy()
})

test('HTTP/1.0: ranges, conditions and errors are as in HTTP/1.1', async () => {
  const ask = async (headers: Record<string, string>, target = '/files/digits.txt') =>
    (await rawRequest(files.origin, { target, headers, version: '1.0' })).status
  assert.equal(await ask({ Range: 'bytes=0-1' }), 206)
  assert.equal(await ask({ Range: 'bytes=0-1,4-5' }), 206)
  assert.equal(await ask({ Range: 'bytes=99-' }), 416)
  assert.equal(await ask({ 'If-None-Match': '*' }), 304)
  assert.equal(await ask({ 'If-Match': '"x"' }), 412)
  assert.equal(await ask({}, '/files/missing.txt'), 404)
})

test('a target in absolute form means the same file', async () => {
  for (const target of [
    'http://localhost/files/digits.txt',
    'http://other.example:81/files/digits.txt?a=b',
    'HTTPS://other.example/files/digits.txt',
  ]) {
    assert.equal((await rawRequest(files.origin, { target })).body.toString(), DIGITS)
  }
})

for (const target of [
  'http://localhost/files/../files/digits.txt',
  'http://localhost/files/%2e%2e/secret.txt',
  'http://localhost',
  'http://localhost/',
  'http://localhost?/files/digits.txt',
  'http://localhost/files/folder%2finner.txt',
  'http://user@localhost/../files/digits.txt',
  'file:///etc/passwd',
  '*',
  'files/digits.txt',
  '?/files/digits.txt',
  '#/files/digits.txt',
]) {
  test(`a target like ${JSON.stringify(target)} is not found, nor does it break anything`, async () => {
    const outcome = await rawRequest(files.origin, { target }).catch(() => ({ status: 400 }))
    assert.ok(outcome.status === 404 || outcome.status === 400, `Status ${outcome.status}`)
    assert.equal((await rawRequest(files.origin, { target: '/files/digits.txt' })).status, 200)
  })
}

test('a client that asks before it sends a body is answered once', async () => {
  const connection = await files.connect()
  connection.send('POST /files/digits.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n')
  const reply = await connection.reply()
  assert.equal(reply.status, 405)
  connection.send(`body${writeRequest({ target: '/files/one.txt' })}`)
  assert.equal((await connection.reply()).body.toString(), '1')
  connection.destroy()
})

test('a request that comes byte by byte is answered', async () => {
  const connection = await files.connect()
  for (const byte of writeRequest({ target: '/files/digits.txt', headers: { Range: 'bytes=1-2' } })) {
    connection.send(Buffer.of(byte))
    await sleep(0)
  }
  assert.equal((await connection.reply()).body.toString(), '12')
  connection.destroy()
})

test('a client that closes its half after the request is answered or cut, never half answered as whole', async () => {
  for (let round = 0; round < 20; round++) {
    const connection = await files.connect()
    connection.send(writeRequest({ target: '/files/big.bin' }))
    connection.finish()
    const reply = await connection.reply().catch(() => undefined)
    if (reply?.isComplete) assert.equal(reply.body.length, 1_048_576)
    connection.destroy()
  }
})
