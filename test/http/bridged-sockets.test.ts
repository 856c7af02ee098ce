import assert from 'node:assert/strict'
import { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { after, describe, test } from 'node:test'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import type { DownloadEvent } from '../../src/observe/event.js'
import { PathDownloadView } from '../../src/views/path.js'
import { createFixtures, noise } from '../adapters/fixtures.js'
import { eventually } from '../support/eventually.js'

const fixtures = createFixtures()
after(() => fixtures.remove())

/** Platforms of functions call applications of Node by objects that are as little of a socket as Node gets along with. */
describe('a socket that is none', () => {
  for (const size of [10, 100_000, 3_000_000]) {
    for (const isAtOnce of [true, false]) {
      test(`takes ${size} bytes, and says so ${isAtOnce ? 'at once' : 'a little later'}`, async () => {
        const name = `${size}.bin`
        const content = noise(size)
        fixtures.write(name, content)
        const events: DownloadEvent[] = []
        const view = PathDownloadView.asView({ path: fixtures.path(name) })
        // Node takes the end of a response for sent where its socket does not count what waits.
        const followed = isAtOnce ? [{ onDownload: (event: DownloadEvent) => void events.push(event) }] : []
        for (const options of [{}, ...followed]) {
          const { request, response, taken } = bridged(isAtOnce)
          toNodeHandler(view, options)(request, response)
          await eventually(() => response.writableEnded && taken().length > size)
          assert.ok(taken().subarray(-size).equals(content), 'The bytes differ.')
        }
        const ends = events.filter(({ stage }) => stage !== 'started')
        assert.deepEqual(
          ends.map(({ stage, bytesSent }) => [stage, bytesSent]),
          isAtOnce ? [['completed', size]] : [],
        )
      })
    }
  }
})

function bridged(isAtOnce: boolean): { request: IncomingMessage; response: ServerResponse; taken: () => Buffer } {
  const pieces: Buffer[] = []
  const nothing = () => {}
  const request = new IncomingMessage({
    readable: false,
    remoteAddress: '192.0.2.7',
    end: nothing,
    destroy: nothing,
  } as never)
  Object.assign(request, { method: 'GET', url: '/', httpVersion: '1.1', httpVersionMajor: 1, httpVersionMinor: 1 })
  const response = new ServerResponse(request)
  const write = (data: string | Buffer, encoding: unknown, given?: () => void) => {
    const called = typeof encoding === 'function' ? (encoding as () => void) : (given ?? nothing)
    pieces.push(typeof data === 'string' ? Buffer.from(data, 'latin1') : Buffer.from(data))
    if (isAtOnce) called()
    else setImmediate(called)
    return true
  }
  const rest = { on: nothing, removeListener: nothing, destroy: nothing, cork: nothing, uncork: nothing }
  response.assignSocket({ _writableState: {}, writable: true, write, ...rest } as unknown as Socket)
  return { request, response, taken: () => Buffer.concat(pieces) }
}
