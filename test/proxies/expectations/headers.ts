import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { OWN_CACHE_CONTROL, OWN_EXPIRES, OWN_HEADERS, OWN_POLICY } from '../application.js'
import { lasting } from '../client.js'
import { assertHandedOver, type Site } from '../site.js'
import { LAST_MODIFIED } from '../tree.js'

/** A client gets the headers that streaming would have sent. */
export function headers(site: Site): void {
  describe('headers', () => {
    for (const target of [
      '/files/plain.txt',
      '/inline/plain.txt',
      '/inline/page.html',
      '/media/plain.txt',
      '/link-inside',
    ]) {
      site.test(`${target} has the headers that streaming would have sent`, async () => {
        const reply = await site.ask(target)
        const streamed = await site.askDirectly(target)
        assertHandedOver(site, reply)
        assert.deepEqual(comparable(site, reply), comparable(site, streamed))
      })
    }

    site.test('ranges are offered', async () => {
      const reply = await site.ask('/files/plain.txt')
      assert.equal(reply.get('Accept-Ranges'), 'bytes')
    })

    site.test('the file’s time of change is told', async () => {
      const reply = await site.ask('/files/plain.txt')
      assert.equal(reply.get('Last-Modified'), LAST_MODIFIED)
    })

    site.test('headers of the view arrive, each once', async () => {
      const reply = await site.ask('/headers/plain.txt')
      assertHandedOver(site, reply)
      for (const [name, value] of Object.entries(OWN_HEADERS)) assert.equal(listed(reply.get(name)), value, name)
      assert.equal(reply.get('Cache-Control'), OWN_CACHE_CONTROL)
      assert.equal(reply.get('Content-Security-Policy'), OWN_POLICY)
      assert.equal(reply.get('Content-Type'), 'text/html; charset=iso-8859-1')
      assert.equal(reply.get('X-Content-Type-Options'), 'nosniff')
      assert.equal(reply.get('Expires'), OWN_EXPIRES)
    })

    site.test('a header that the configuration does not list arrives where it need not be listed', async () => {
      const expected = site.differences.unknownHeaders === 'kept' ? 'one more' : undefined
      assert.equal((await site.ask('/headers/plain.txt')).get('X-Unlisted'), expected)
    })

    site.test('what is about the connection to the application stays there', async () => {
      const { fields } = await site.ask('/files/plain.txt', { headers: { Connection: 'close' } })
      const about = fields.filter(([name]) => /^(?:keep-alive|transfer-encoding|upgrade)$/i.test(name))
      assert.deepEqual(about, [])
    })

    site.test('cookies arrive, each as a line of its own', async () => {
      const reply = await site.ask('/headers/plain.txt')
      const cookies = reply.fields.filter(([name]) => name.toLowerCase() === 'set-cookie').map(([, value]) => value)
      assert.deepEqual(cookies, ['session=1; Path=/; HttpOnly', 'theme=dark; Path=/'])
    })

    site.test('headers that protect the user are there for a part of a file and for a 304 as well', async () => {
      const whole = await site.ask('/headers/plain.txt')
      const part = await site.ask('/headers/plain.txt', { headers: { Range: 'bytes=0-1' } })
      assert.equal(part.status, 206)
      const condition = { 'If-None-Match': whole.get('ETag') ?? '' }
      const unchanged = await site.ask('/headers/plain.txt', { headers: condition })
      assert.equal(unchanged.status, 304)
      for (const reply of [part, unchanged]) {
        assert.equal(reply.get('Access-Control-Allow-Origin'), OWN_HEADERS['Access-Control-Allow-Origin'])
        assert.equal(listed(reply.get('Vary')), OWN_HEADERS.Vary)
        assert.equal(reply.get('Cache-Control'), OWN_CACHE_CONTROL)
      }
      assert.equal(part.get('Content-Security-Policy'), OWN_POLICY)
      assert.equal(part.get('X-Content-Type-Options'), 'nosniff')
    })

    site.test('the server answers for the bytes: its own reply has no second header of any name', async () => {
      const { fields } = await site.ask('/headers/plain.txt')
      const named = fields.map(([name]) => name.toLowerCase()).filter((name) => name !== 'set-cookie')
      assert.deepEqual([...new Set(named)], named)
    })
  })
}

/** All but what a server makes anew, see `differences.ts`. */
function comparable({ differences }: Site, reply: Parameters<typeof lasting>[0]): string[] {
  return lasting(reply).filter((field) => differences.validators === 'application' || !field.startsWith('etag: '))
}

/** A list with a blank after each comma; Apache writes `Vary` without. */
function listed(value: string | undefined): string | undefined {
  return value?.replace(/, */g, ', ')
}
