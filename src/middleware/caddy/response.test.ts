import assert from 'node:assert/strict'
import { test } from 'node:test'
import { download } from '../../../test/proxies/downloads.js'
import { HeaderMap } from '../../headers/header-map.js'
import { ProxiedDownloadResponse } from '../../responses/proxied.js'
import { XAccelRedirectResponse as NginxResponse } from '../nginx/response.js'
import { XAccelRedirectResponse } from './response.js'

test('Caddy is told the address, and nothing that only nginx knows', () => {
  const headers = new HeaderMap({ 'Content-Type': 'text/plain; charset=utf-8' })
  const response = new XAccelRedirectResponse(download(), headers, '/there/é.txt', '/there/\u00C3\u00A9.txt')
  assert.ok(response instanceof ProxiedDownloadResponse, 'It is no ProxiedDownloadResponse.')
  assert.ok(!(response instanceof NginxResponse), 'It is that of nginx.')
  assert.equal(response.redirectUrl, '/there/é.txt')
  assert.deepEqual(Object.fromEntries(response.headers), {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Accel-Redirect': '/there/\u00C3\u00A9.txt',
  })
})
