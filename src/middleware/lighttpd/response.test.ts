import assert from 'node:assert/strict'
import { test } from 'node:test'
import { download } from '../../../test/proxies/downloads.js'
import { HeaderMap } from '../../headers/header-map.js'
import { ProxiedDownloadResponse } from '../../responses/proxied.js'
import { XSendfileResponse } from './response.js'

test('lighttpd is told the path, encoded', () => {
  const response = new XSendfileResponse(download(), new HeaderMap({ ETag: '"a"' }), '/srv/a b.txt', '/srv/a%20b.txt')
  assert.ok(response instanceof ProxiedDownloadResponse, 'It is no ProxiedDownloadResponse.')
  assert.equal(response.filePath, '/srv/a b.txt')
  assert.deepEqual(Object.fromEntries(response.headers), { ETag: '"a"', 'X-Sendfile': '/srv/a%20b.txt' })
})
