import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { toFetchHandler } from '../../src/adapters/fetch/index.js'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { rawRequest } from '../http/raw.js'
import { CountingStorage, manyRanges } from './counting-storage.js'

/** Servers whose limit for headers was raised. */

const storage = new CountingStorage(100_000)
const view = StorageDownloadView.asView({ storage, path: 'a.bin' })
/** Room for ten thousand ranges of the longest kind. */
const ROOM = 150_000

test('CVE-2011-3192, CVE-2024-26141, CVE-2026-34826: 10,000 ranges and more are never more reads or bytes than the file, over node:http', async () => {
  const server = createServer({ maxHeaderSize: 1024 * 1024 }, toNodeHandler(view))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => server.close())
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  for (const [what, range] of manyRanges(ROOM)) {
    storage.forget()
    const reply = await rawRequest(origin, { target: '/', headers: { Range: range } })
    assert.ok([200, 206, 416].includes(reply.status), `${what}: ${reply.status}`)
    storage.assertModest(what, reply.body.length)
  }
})

test('CVE-2011-3192, CVE-2024-26141, CVE-2026-34826: 100,000 ranges and more are never more reads or bytes than the file, where nothing limits headers', async () => {
  const handler = toFetchHandler(view)
  for (const [what, range] of manyRanges(10 * ROOM)) {
    storage.forget()
    const reply = await handler(new Request('http://localhost/', { headers: { Range: range } }))
    assert.ok([200, 206, 416].includes(reply.status), `${what}: ${reply.status}`)
    storage.assertModest(what, (await reply.arrayBuffer()).byteLength)
  }
})
