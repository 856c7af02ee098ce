import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { openFiles } from '../../src/storages/disk/open-files.js'
import { PathDownloadView } from '../../src/views/path.js'
import { noise } from '../adapters/fixtures.js'
import { watchForStrayErrors } from '../adapters/use.js'
import { RawConnection, rawRequest, writeRequest } from '../http/raw.js'
import { type Served, serve } from '../http/serve.js'
import { openBelow } from '../support/descriptors.js'
import { eventually } from '../support/eventually.js'
import { type Fault, startFaultProxy } from '../support/fault-proxy.js'
import { scratchFolder } from '../support/scratch.js'

watchForStrayErrors()

const BYTES = noise(8_000_000)
const root = await scratchFolder({ after: (work) => after(work as () => void) })
writeFileSync(join(root, 'big.bin'), BYTES)
const served = await serve(PathDownloadView.asView({ root }), { route: '/*path' })
const GET = writeRequest({ target: '/big.bin' })

/** How far a client comes before it leaves. */
const PHASES: Readonly<Record<string, (connection: RawConnection) => Promise<void>>> = {
  'after half a request line': async (connection) => connection.send(GET.subarray(0, 7)),
  'after half of the headers': async (connection) => connection.send(GET.subarray(0, GET.length - 4)),
  'before the head of the reply': async (connection) => connection.send(GET),
  'after the head of the reply': async (connection) => {
    connection.send(GET)
    await connection.head()
  },
  'in the middle of the body': async (connection) => {
    connection.send(GET)
    await connection.head()
    await connection.take(BYTES.length / 2)
  },
  'before the last byte': async (connection) => {
    connection.send(GET)
    await connection.head()
    await connection.take(BYTES.length - 1)
  },
  'between two requests': async (connection) => {
    connection.send(writeRequest({ target: '/big.bin', method: 'HEAD' }))
    await connection.reply('HEAD')
  },
  'with a second request under way': async (connection) => {
    connection.send(Buffer.concat([GET, GET]))
    await connection.head()
  },
}

describe('a client that leaves', () => {
  for (const [phase, go] of Object.entries(PHASES)) {
    for (const leave of ['reset', 'destroy', 'finish'] as const) {
      test(`${phase} (${leave}) leaves nothing behind, and is no fault`, async () => {
        for (let round = 0; round < 5; round++) {
          const connection = await served.connect()
          await go(connection)
          connection[leave]()
          // One that only says that it has no more to ask may still want its reply, and leaves later.
          if (leave === 'finish') connection.destroy()
        }
        await expectNothingLeft(served)
      })
    }
  }
})

describe('a proxy between the client and us', () => {
  for (const [title, fault] of [
    ['resets the connection', { kind: 'reset', after: 1_000_000 }],
    ['ends the connection too early', { kind: 'truncate', after: 1_000_000 }],
    ['stalls, and its client leaves', { kind: 'stall', after: 1_000_000 }],
  ] as const satisfies readonly (readonly [string, Fault])[]) {
    test(`that ${title} leaves nothing behind, and is no fault`, async () => {
      const { hostname: host, port } = new URL(served.origin)
      const proxy = await startFaultProxy({ host, port: Number(port) })
      try {
        proxy.use(fault)
        const connection = await RawConnection.open(proxy.origin)
        connection.send(GET)
        assert.equal((await connection.head()).status, 200)
        if (fault.kind === 'stall') await connection.take(1_000_000)
        else assert.ok((await connection.take(BYTES.length)).length < BYTES.length, 'It came whole.')
        connection.destroy()
        await expectNothingLeft(served)
        await eventually(() => proxy.sockets.upstream === 0)
      } finally {
        await proxy.close()
      }
    })
  }
})

async function expectNothingLeft({ origin, faults }: Served): Promise<void> {
  const isLetGo = async () => {
    // What nobody reads stays open for a while.
    await openFiles.closeIdle()
    return openBelow(root).length === 0
  }
  await eventually(isLetGo, { what: 'The file is still open.' })
  assert.deepEqual(faults, [])
  const reply = await rawRequest(origin, { target: '/big.bin', headers: { Range: 'bytes=0-9' } })
  assert.deepEqual([reply.status, reply.body.equals(BYTES.subarray(0, 10))], [206, true])
}
