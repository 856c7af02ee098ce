import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { XSendfileMiddleware as ApacheMiddleware } from '../../../src/middleware/apache/index.js'
import type { BaseDownloadMiddleware } from '../../../src/middleware/base.js'
import { XAccelRedirectMiddleware as CaddyMiddleware } from '../../../src/middleware/caddy/index.js'
import { XSendfileMiddleware as LighttpdMiddleware } from '../../../src/middleware/lighttpd/index.js'
import { XLiteSpeedLocationMiddleware } from '../../../src/middleware/litespeed/index.js'
import { XAccelRedirectMiddleware } from '../../../src/middleware/nginx/index.js'
import { PathDownloadView } from '../../../src/views/path.js'
import { comparable } from '../../adapters/expectations/methods.js'
import { CORPUS } from '../spellings.js'
import { type Attacked, useKeptSite } from '../suite.js'

/** Only the application decides what a proxy sends, and the proxy is told of the very file that was authorised. */
export function handOver({ adapter, fixtures }: Attacked): void {
  describe('hand-over', () => {
    const root = `${fixtures.root}/telling`
    const reaching: string[] = []
    for (const [proxy, middleware] of middlewares(root)) {
      const asked: string[] = []
      class GuardedView extends PathDownloadView {
        override async getPath(): Promise<string> {
          const key = await super.getPath()
          asked.push(key)
          return key
        }
      }
      const view = GuardedView.asView({ root })
      const site = useKeptSite(adapter, middleware === undefined ? view : middleware.wrap(view), '/files/*path')

      test(`CVE-2025-61780, CVE-2026-34830, CVE-2026-7381: no header of a client turns a hand-over on, off or elsewhere (${proxy})`, async () => {
        const plain = await site.ask('/files/public/a.txt')
        assert.equal(plain.status, 200)
        for (const fields of CLIENT_HEADERS(fixtures.root)) {
          const reply = await site.ask('/files/public/a.txt', { headers: fields })
          assert.deepEqual(comparable(reply), comparable(plain), JSON.stringify(fields))
          assert.ok(reply.body.equals(plain.body), JSON.stringify(fields))
        }
      })

      if (middleware === undefined) continue
      test(`CVE-2026-7120: no spelling makes the proxy send another file than the one that was authorised (${proxy})`, async () => {
        let handedOver = 0
        // What one proxy is not told of, for there is no such file, the next one is not either.
        for (const target of proxy === 'nginx' ? CORPUS : [...reaching]) {
          asked.length = 0
          const reply = await site.ask(target)
          const location = reply.fields.find(([name]) => HAND_OVER.test(name))?.[1]
          if (location === undefined) continue
          handedOver++
          if (proxy === 'nginx') reaching.push(target)
          const path = proxy === 'nginx' || proxy === 'lighttpd' ? decodeURIComponent(location) : location
          assert.ok(path.endsWith(`/${asked[0]}`), `${target}: ${location}`)
          assert.doesNotMatch(path, /\/\.{1,2}(?:\/|$)|\/\//, target)
        }
        assert.ok(handedOver > 3, `Only ${handedOver} of all spellings were handed over: nothing was tried.`)
      })
    }
  })
}

const HAND_OVER = /^(?:X-Accel-Redirect|X-Sendfile|X-LiteSpeed-Location)$/i

function middlewares(root: string): [proxy: string, middleware?: BaseDownloadMiddleware][] {
  return [
    ['none'],
    ['nginx', new XAccelRedirectMiddleware({ sourceDir: root, destinationUrl: '/internal/' })],
    ['Apache', new ApacheMiddleware({ sourceDir: root, destinationDir: '/srv/files' })],
    ['lighttpd', new LighttpdMiddleware({ sourceDir: root, destinationDir: '/srv/files' })],
    ['Caddy', new CaddyMiddleware({ sourceDir: root, destinationUrl: '/internal/' })],
    ['LiteSpeed', new XLiteSpeedLocationMiddleware({ sourceDir: root, destinationUrl: '/internal/' })],
  ]
}

/** What clients have sent to make other servers hand over, or hand over something else. */
const CLIENT_HEADERS = (root: string): Readonly<Record<string, string>>[] => [
  { 'X-Sendfile-Type': 'X-Accel-Redirect', 'X-Accel-Mapping': `${root}=/internal` },
  { 'X-Sendfile-Type': 'X-Accel-Redirect', 'X-Accel-Mapping': '.*=/secret' },
  { 'X-Sendfile-Type': 'X-Accel-Redirect', 'X-Accel-Mapping': '(a+)+$=/x' },
  { 'X-Sendfile-Type': 'X-Sendfile' },
  { 'X-Sendfile-Type': 'X-Lighttpd-Send-File' },
  { 'X-Sendfile-Type': 'none' },
  { 'X-Accel-Redirect': '/internal/admin/secret.txt' },
  { 'X-Accel-Redirect': '/files/admin/secret.txt', 'X-Sendfile': '/etc/passwd', 'X-Sendfile2': '/etc/passwd 0-' },
  { 'X-LIGHTTPD-send-file': '/etc/passwd', 'X-LiteSpeed-Location': '/etc/passwd' },
  { 'X-Accel-Buffering': 'no', 'X-Accel-Expires': '999999', 'X-Accel-Limit-Rate': '1', 'X-Accel-Charset': 'utf-7' },
  { 'X-Original-URL': '/files/admin/secret.txt', 'X-Rewrite-URL': '/files/admin/secret.txt' },
  {
    'X-Forwarded-Host': 'evil.example',
    'X-Forwarded-Prefix': '//evil.example',
    'X-Forwarded-Uri': '/files/admin/secret.txt',
  },
  { 'X-HTTP-Method-Override': 'DELETE', 'X-Method-Override': 'PUT' },
  { 'Content-Disposition': 'inline', 'Content-Type': 'text/html', 'Content-Security-Policy': 'default-src *' },
]
