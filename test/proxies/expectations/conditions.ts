import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { assertHandedOver, assertStreamed, type Site } from '../site.js'
import { LAST_MODIFIED, PLAIN } from '../tree.js'

/** A client's second request, with the validators that the first reply gave it. */
export function conditions(site: Site): void {
  describe('conditions', () => {
    const tag = async (target = '/files/plain.txt') => (await site.ask(target)).get('ETag') ?? ''

    site.test('the reply has a strong tag', async () => {
      assert.match(await tag(), /^"[^"]+"$/)
    })

    for (const method of ['GET', 'HEAD']) {
      site.test(`${method}: the tag that the client got makes a 304`, async () => {
        const etag = await tag()
        const reply = await site.ask('/files/plain.txt', { method, headers: { 'If-None-Match': etag } })
        assert.equal(reply.status, 304)
        assert.equal(reply.body.length, 0)
        assert.equal(reply.get('ETag'), etag)
      })
    }

    site.test('the tag among others, or in its weak form, makes a 304', async () => {
      const etag = await tag()
      for (const list of [`"other", ${etag}`, `W/${etag}`, '*']) {
        const { status } = await site.ask('/files/plain.txt', { headers: { 'If-None-Match': list } })
        assert.equal(status, 304, list)
      }
    })

    site.test('another tag gets the file', async () => {
      const reply = await site.ask('/files/plain.txt', { headers: { 'If-None-Match': '"other"' } })
      assert.equal(reply.status, 200)
      assert.equal(reply.body.toString(), PLAIN)
      assertHandedOver(site, reply)
    })

    site.test('another tag gets the file whatever the date says', async () => {
      const headers = { 'If-None-Match': '"other"', 'If-Modified-Since': LAST_MODIFIED }
      const { status } = await site.ask('/files/plain.txt', { headers })
      assert.equal(status, 200)
    })

    site.test('both validators that the client got make a 304', async () => {
      const headers = { 'If-None-Match': await tag(), 'If-Modified-Since': LAST_MODIFIED }
      assert.equal((await site.ask('/files/plain.txt', { headers })).status, 304)
    })

    site.test('the time that the client got makes a 304', async () => {
      const reply = await site.ask('/files/plain.txt', { headers: { 'If-Modified-Since': LAST_MODIFIED } })
      assert.equal(reply.status, 304)
      assert.equal(reply.body.length, 0)
    })

    site.test('an earlier time gets the file', async () => {
      const headers = { 'If-Modified-Since': 'Mon, 03 May 2021 12:34:55 GMT' }
      const reply = await site.ask('/files/plain.txt', { headers })
      assert.equal(reply.status, 200)
      assertHandedOver(site, reply)
    })

    site.test('If-Match with the tag that the client got gets the file, with another a 412', async () => {
      const right = await site.ask('/files/plain.txt', { headers: { 'If-Match': await tag() } })
      assert.equal(right.status, 200)
      assert.equal(right.body.toString(), PLAIN)
      const wrong = await site.ask('/files/plain.txt', { headers: { 'If-Match': '"other"' } })
      assert.equal(wrong.status, 412)
      assert.ok(!wrong.body.includes(PLAIN), 'The file was sent.')
    })

    site.test(
      'If-Unmodified-Since with the time that the client got gets the file, with an earlier one a 412',
      async () => {
        const right = await site.ask('/files/plain.txt', { headers: { 'If-Unmodified-Since': LAST_MODIFIED } })
        assert.equal(right.status, 200)
        const early = { 'If-Unmodified-Since': 'Mon, 03 May 2021 12:34:55 GMT' }
        assert.equal((await site.ask('/files/plain.txt', { headers: early })).status, 412)
      },
    )

    site.test('a 304 of the application’s own is given although the file has changed since', async () => {
      const headers = { 'If-Modified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' }
      const reply = await site.ask('/changed/no', { headers })
      assert.equal(reply.status, 304)
      assert.equal(reply.body.length, 0)
    })

    site.test('a file that the application calls changed is sent although its time is older', async () => {
      const reply = await site.ask('/changed/yes', { headers: { 'If-Modified-Since': LAST_MODIFIED } })
      assert.equal(reply.status, 200)
      assert.equal(reply.body.toString(), PLAIN)
      assertStreamed(site, reply)
    })

    site.test('files without a tag of their own are never given the same one', async () => {
      const replies = [await site.ask('/virtual-with-url'), await site.ask('/other-virtual-with-url')]
      for (const reply of replies) assertHandedOver(site, reply)
      const tags = replies.flatMap((reply) => reply.get('ETag') ?? [])
      assert.equal(new Set(tags).size, tags.length)
    })

    if (site.differences.validators === 'application') {
      site.test('two files of the same size and second have different tags', async () => {
        assert.notEqual(await tag('/files/twin-1.txt'), await tag('/files/twin-2.txt'))
      })

      site.test('the tag is that of streaming, so that either reply can answer for the other', async () => {
        assert.equal(await tag(), (await site.askDirectly('/files/plain.txt')).get('ETag'))
      })
    }
  })
}
