import assert from 'node:assert/strict'
import { test } from 'node:test'
import { download } from '../../../test/proxies/downloads.js'
import { HeaderMap } from '../../headers/header-map.js'
import { ProxiedDownloadResponse } from '../../responses/proxied.js'
import { XSendfileResponse as LighttpdResponse } from '../lighttpd/response.js'
import { XSendfileResponse } from './response.js'

test('Apache is told the path, and clients that there are ranges', () => {
  const response = new XSendfileResponse(
    download(),
    new HeaderMap({ ETag: '"a"' }),
    '/srv/é.txt',
    '/srv/\u00C3\u00A9.txt',
  )
  assert.ok(response instanceof ProxiedDownloadResponse, 'It is no ProxiedDownloadResponse.')
  assert.equal(response.filePath, '/srv/é.txt')
  assert.deepEqual(Object.fromEntries(response.headers), {
    ETag: '"a"',
    'X-Sendfile': '/srv/\u00C3\u00A9.txt',
    'Accept-Ranges': 'bytes',
  })
})

test('it is another class than that for lighttpd, which reads the header in another way', () => {
  assert.ok(
    !(new XSendfileResponse(download(), new HeaderMap(), '/a', '/a') instanceof LighttpdResponse),
    'It is that of lighttpd.',
  )
})
