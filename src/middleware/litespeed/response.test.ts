import assert from 'node:assert/strict'
import { test } from 'node:test'
import { download } from '../../../test/proxies/downloads.js'
import { HeaderMap } from '../../headers/header-map.js'
import { ProxiedDownloadResponse } from '../../responses/proxied.js'
import { XLiteSpeedLocationResponse } from './response.js'

test('LiteSpeed is told the address', () => {
  const response = new XLiteSpeedLocationResponse(download(), new HeaderMap({ ETag: '"a"' }), '/there/a%20b.txt')
  assert.ok(response instanceof ProxiedDownloadResponse, 'It is no ProxiedDownloadResponse.')
  assert.equal(response.redirectUrl, '/there/a%20b.txt')
  assert.deepEqual(Object.fromEntries(response.headers), { ETag: '"a"', 'X-LiteSpeed-Location': '/there/a%20b.txt' })
})
