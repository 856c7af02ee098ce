import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualFile } from '../files/virtual.js'
import { DownloadResponse } from './download.js'
import { EmptyResponse } from './empty.js'
import { ProxiedDownloadResponse } from './proxied.js'

test('a download that a proxy streams keeps its status and its file, and has only the headers it was given', () => {
  const file = new VirtualFile(() => assert.fail('the proxy reads the file'), { name: 'a.txt' })
  const download = new DownloadResponse(file, { headers: { 'X-Own': 'x' } })
  const response = new ProxiedDownloadResponse(download, { 'X-Accel-Redirect': '/internal/a.txt' })
  assert.equal(response instanceof EmptyResponse, true)
  assert.equal(response.file, file)
  assert.equal(response.status, 200)
  assert.deepEqual([...response.headers], [['X-Accel-Redirect', '/internal/a.txt']])
})
