import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { assertHandedOver, assertNothingInternal, type Site } from '../site.js'
import { PLAIN, SECRET } from '../tree.js'

/** Only the application decides who gets what. */
export function refusals(site: Site): void {
  describe('refusals', () => {
    for (const [target, status, body] of [
      ['/denied/plain.txt', 403, 'Forbidden\n'],
      ['/files/missing.txt', 404, 'Not Found\n'],
      ['/files/hostile', 404, 'Not Found\n'],
      ['/files/link-outside.txt', 404, 'Not Found\n'],
      ['/nowhere', 403, 'Forbidden\n'],
    ] as const) {
      site.test(`${target} is the application’s own ${status}`, async () => {
        const reply = await site.ask(target)
        assert.equal(reply.status, status)
        assert.equal(reply.body.toString(), body)
        assertNothingInternal(reply.fields)
      })
    }

    site.test('a POST to a view is a 405 without the file', async () => {
      const reply = await site.ask('/files/plain.txt', { method: 'POST' })
      assert.equal(reply.status, 405)
      assert.equal(reply.get('Allow'), 'GET, HEAD, OPTIONS')
      assert.equal(reply.body.length, 0)
    })

    for (const target of outsideTargets(site)) {
      site.test(`${target.slice(0, 60)} from outside is not the file`, async () => {
        for (const method of ['GET', 'HEAD', 'POST']) {
          const reply = await site.ask(target.replace('<tree>', encodeURI(site.tree.path('files'))), { method })
          assert.ok(reply.status >= 400, `${method}: ${reply.status}`)
          assert.ok(!reply.body.includes(PLAIN), 'The file was sent.')
        }
      })
    }

    site.test('what a browser claims about hand-over changes nothing', async () => {
      const headers = {
        'X-Accel-Redirect': '/protected/files/big.bin',
        'X-Sendfile': site.tree.path('files/empty.txt').replace(/[^ -~]/g, encodeURIComponent),
        'X-Sendfile2': '/etc/passwd 0-',
        'X-Lighttpd-Send-File': '/etc/passwd',
        'X-LiteSpeed-Location': '/etc/passwd',
        'X-Sendfile-Type': 'X-Accel-Redirect',
        'X-Accel-Mapping': '/=/protected/',
      }
      const handedOver = await site.ask('/files/plain.txt', { headers })
      assert.equal(handedOver.body.toString(), PLAIN)
      assertHandedOver(site, handedOver)
      const streamed = await site.ask('/elsewhere/plain.txt', { headers })
      assert.equal(streamed.body.toString(), SECRET)
      const denied = await site.ask('/denied/plain.txt', { headers })
      assert.deepEqual([denied.status, denied.body.toString()], [403, 'Forbidden\n'])
      for (const name of ['x-sendfile-type', 'x-accel-mapping']) {
        assert.equal(handedOver.exchange?.asked[name], undefined, name)
      }
    })
  })
}

/** Ways to spell the places that only the application may name. */
function outsideTargets({ proxy }: Site): string[] {
  const spellings = [
    '/protected/files/plain.txt',
    '/protected/files/',
    '/protected/files',
    '//protected/files/plain.txt',
    '/protected//files/plain.txt',
    '/./protected/files/plain.txt',
    '/nowhere/../protected/files/plain.txt',
    '/nowhere/%2e%2e/protected/files/plain.txt',
    '/%70rotected/files/plain.txt',
    '/protected%2ffiles%2fplain.txt',
    '/protected/files/hostile/../plain.txt',
    '/protected/files/plain.txt?query',
    '/protected/files/plain.txt;parameter',
    '/protected/files/plain.txt/',
    '/PROTECTED/files/plain.txt',
    '/protected/files/..%2f..%2f..%2fetc/passwd',
    '/protected/files/../../../../../../etc/passwd',
    'http://localhost/protected/files/plain.txt',
    '<tree>/plain.txt',
    '/..<tree>/plain.txt',
    '/etc/passwd',
  ]
  // Apache and lighttpd are told paths: there is no address that stands for them.
  return proxy.header === 'x-accel-redirect' ? spellings : spellings.filter((each) => !/^\/protected/.test(each))
}
