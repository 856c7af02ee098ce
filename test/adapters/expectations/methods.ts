import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PathDownloadView } from '../../../src/views/path.js'
import type { Reply } from '../site.js'
import type { Expected } from '../suite.js'
import { useSite } from '../use.js'

/** GET and HEAD download, OPTIONS tells what there is, everything else is refused. */
export function methods({ adapter, fixtures, sources }: Expected): void {
  describe('methods', () => {
    const site = useSite(adapter, PathDownloadView.asView({ root: fixtures.root }), '/files/*path')

    test('GET sends the file', async () => {
      const reply = await site.ask('/files/digits.txt')
      assert.equal(reply.status, 200)
      assert.equal(reply.body.toString(), '0123456789')
      assert.equal(reply.get('Content-Length'), '10')
    })

    for (const source of sources) {
      describe(source.name, () => {
        const site = useSite(adapter, source.view, source.route)

        test('HEAD sends the headers of GET and no body', async () => {
          const get = await site.ask(source.target)
          const head = await site.ask(source.target, { method: 'HEAD' })
          assert.equal(head.status, 200)
          assert.equal(head.body.length, 0)
          assert.deepEqual(comparable(head), comparable(get))
        })
      })
    }

    for (const target of ['/files/digits.txt', '/files/missing.txt']) {
      test(`OPTIONS ${target} names the methods`, async () => {
        const reply = await site.ask(target, { method: 'OPTIONS' })
        assert.equal(reply.status, 204)
        assert.equal(reply.get('Allow'), 'GET, HEAD, OPTIONS')
        assert.equal(reply.body.length, 0)
        assert.equal(reply.get('Content-Length'), undefined)
      })

      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'MKCOL', 'SEARCH']) {
        test(`${method} ${target} is refused, with the methods that are not`, async () => {
          const reply = await site.ask(target, { method })
          assert.equal(reply.status, 405)
          assert.equal(reply.get('Allow'), 'GET, HEAD, OPTIONS')
          assert.equal(reply.get('Content-Length'), '0')
          assert.equal(reply.body.length, 0)
          assert.equal(reply.get('Content-Disposition'), undefined)
        })
      }
    }

    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      test(`${method} with a body is answered the same way`, async () => {
        const reply = await site.ask('/files/digits.txt', { method, body: 'x'.repeat(1000) })
        assert.equal(reply.status, method === 'OPTIONS' ? 204 : 405)
      })

      test(`${method} ignores conditions and ranges`, async () => {
        const headers = { 'If-None-Match': '*', 'If-Match': '"x"', Range: 'bytes=0-1' }
        const reply = await site.ask('/files/digits.txt', { method, headers })
        assert.equal(reply.status, method === 'OPTIONS' ? 204 : 405)
        assert.equal(reply.get('Content-Range'), undefined)
      })
    }

    test('HEAD of a missing file has the status of GET and no body', async () => {
      const reply = await site.ask('/files/missing.txt', { method: 'HEAD' })
      assert.equal(reply.status, 404)
      assert.equal(reply.body.length, 0)
    })

    test('HEAD of an empty file tells its length', async () => {
      const reply = await site.ask('/files/empty.txt', { method: 'HEAD' })
      assert.equal(reply.status, 200)
      assert.equal(reply.get('Content-Length'), '0')
    })
  })
}

/** The headers of a reply that do not change with the clock or the connection. */
export function comparable(reply: Reply): string[] {
  const passing = ['date', 'connection', 'keep-alive', 'transfer-encoding']
  return reply.fields
    .filter(([name]) => !passing.includes(name.toLowerCase()))
    .map(([name, value]) => `${name.toLowerCase()}: ${value}`)
    .sort()
}
