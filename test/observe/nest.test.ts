import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DownloadEvent, type DownloadHandler, DownloadResponse, VirtualFile } from '../../src/index.js'
import { withNestOnExpress, withNestOnFastify } from '../adapters/frameworks/nest.js'
import { eventually } from '../support/eventually.js'

const view: DownloadHandler = () => new DownloadResponse(new VirtualFile('0123456789', { name: 'digits.txt' }))

for (const adapter of [withNestOnExpress, withNestOnFastify]) {
  test(`${adapter.name}: a download tells of its begin and its end`, async () => {
    const events: DownloadEvent[] = []
    const server = await adapter.start(view, undefined, { onDownload: (event) => void events.push(event) })
    try {
      assert.equal(await (await fetch(server.origin)).text(), '0123456789')
      await eventually(() => events.length === 2)
    } finally {
      await server.close()
    }
    assert.deepEqual(
      events.map(({ stage, bytesSent }) => [stage, bytesSent]),
      [
        ['started', 0],
        ['completed', 10],
      ],
    )
  })
}
