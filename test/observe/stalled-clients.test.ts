import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { after, describe, test } from 'node:test'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import { type DownloadEvent, PathDownloadView } from '../../src/index.js'
import { createFixtures } from '../adapters/fixtures.js'
import { settled } from '../adapters/wait.js'
import { eventually } from '../support/eventually.js'

const KIB = 1024
const fixtures = createFixtures()
after(() => fixtures.remove())

describe('a client that takes nothing and leaves', () => {
  for (const leave of ['resetAndDestroy', 'destroy'] as const) {
    test(`has not completed a download whose last bytes were on their way (${leave})`, async () => {
      const told: { readonly waiting: number; readonly event: DownloadEvent }[] = []
      // What a connection takes depends on the machine: some of these files it takes whole, some nearly, some by half.
      for (let size = 2048 * KIB; told.at(-1)?.event.stage !== 'aborted'; size += 256 * KIB) {
        assert.ok(size < 64 * KIB * KIB, 'The connection takes everything.')
        told.push(await downloadStalled(size, leave), await downloadStalled(size + 128 * KIB, leave))
      }
      for (const { waiting, event } of told) {
        const { stage, bytesSent, bytesAnnounced } = event
        assert.equal(stage, waiting === 0 ? 'completed' : 'aborted', `${bytesAnnounced} bytes, ${waiting} were waiting`)
        if (stage === 'completed') assert.equal(bytesSent, bytesAnnounced)
        else assert.ok(bytesSent <= (bytesAnnounced as number) - waiting, `${bytesSent} bytes, ${waiting} were waiting`)
      }
    })
  }
})

/** Downloads a file without reading, and leaves. Tells how many bytes the connection had not taken by then. */
async function downloadStalled(
  size: number,
  leave: 'resetAndDestroy' | 'destroy',
): Promise<{ waiting: number; event: DownloadEvent }> {
  const path = fixtures.write(`${size}.bin`, Buffer.alloc(size))
  const events: DownloadEvent[] = []
  const onDownload = (event: DownloadEvent) => void events.push(event)
  const server = createServer(toNodeHandler(PathDownloadView.asView({ path }), { onDownload }))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
    const [socket] = (await once(server, 'connection')) as [Socket]
    client.pause().write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await eventually(() => events.length > 0)
    const waiting = await settled(() => socket.writableLength)
    client[leave]()
    await eventually(() => events.length === 2)
    return { waiting, event: events[1] as DownloadEvent }
  } finally {
    server.close()
  }
}
