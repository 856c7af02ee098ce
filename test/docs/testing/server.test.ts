// #region server
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { StorageDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import { assertDownloadResponse, temporaryStorage } from 'downloadview/testing'
import express from 'express'

test('the route finds the file, and the range that is asked for', async (t) => {
  const storage = await temporaryStorage()
  t.after(() => storage.remove())
  await storage.save('1.txt', 'Hello world!\n')
  const server = express()
    .get('/files/*path', toExpressHandler(StorageDownloadView.asView({ storage })))
    .listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const reply = await fetch(`http://127.0.0.1:${port}/files/1.txt`, { headers: { Range: 'bytes=0-4' } })
  await assertDownloadResponse(reply, { status: 206, content: 'Hello', basename: '1.txt' })
})
// #endregion
