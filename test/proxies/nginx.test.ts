import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { testProxy } from './expectations.js'
import { OtherServer } from './other-server.js'
import { proxies } from './servers.js'
import { assertHandedOver, type Site } from './site.js'
import { contentOf, HOSTILE_NAMES, PLAIN } from './tree.js'

const other = new OtherServer()

testProxy(proxies.nginx, {
  other,
  own(site) {
    instructions(site)
    internalLocations(site)
    otherServers(site)
  },
})

/** What nginx is told of a single reply. */
function instructions(site: Site): void {
  describe('instructions', () => {
    site.test('buffering, caching, charset and rate are for nginx alone', async () => {
      const reply = await site.ask('/limited/plain.txt')
      assert.equal(reply.body.toString(), PLAIN)
      assertHandedOver(site, reply)
      const { headers } = reply.exchange ?? {}
      assert.equal(headers?.['x-accel-buffering'], 'no')
      assert.equal(headers?.['x-accel-expires'], '60')
      assert.equal(headers?.['x-accel-charset'], 'utf-8')
      assert.equal(headers?.['x-accel-limit-rate'], '100000')
      assert.equal(reply.get('Expires'), undefined)
      assert.equal(reply.get('Cache-Control'), 'private, no-cache')
    })

    site.test('a rate keeps the client waiting', async () => {
      const limited = await timed(() => site.ask('/limited/long.bin'))
      const unlimited = await timed(() => site.ask('/files/big.bin', { headers: { Range: 'bytes=0-299999' } }))
      assert.equal(limited.reply.body.length, 300_000)
      assert.deepEqual(limited.reply.body, unlimited.reply.body)
      // 100 kB at once, and then as many in each second that the clock begins: never less than one whole second.
      assert.ok(limited.time >= 1000, `${limited.time} ms`)
      assert.ok(unlimited.time < limited.time, `${unlimited.time} ms without, ${limited.time} ms with a limit`)
    })
  })
}

async function timed<T>(work: () => Promise<T>): Promise<{ reply: T; time: number }> {
  const started = performance.now()
  const reply = await work()
  return { reply, time: performance.now() - started }
}

function internalLocations(site: Site): void {
  describe('internal locations', () => {
    for (const target of [
      '/protected/files/plain.txt',
      '/%70rotected/files/plain.txt',
      '//protected/files/plain.txt',
    ]) {
      site.test(`${target} from outside is nginx’s own 404`, async () => {
        const reply = await site.ask(target)
        assert.equal(reply.status, 404)
        assert.equal(reply.exchange, undefined)
      })
    }
  })
}

/** Files on another server, which nginx fetches and the application never sees. */
function otherServers(site: Site): void {
  const indexOf = (name: (typeof HOSTILE_NAMES)[number]) => HOSTILE_NAMES.indexOf(name)

  describe('files on another server', () => {
    for (const [index, name] of HOSTILE_NAMES.entries()) {
      // Addresses with an encoded backslash are not canonical, see `Source`.
      if (name.includes('\\')) continue
      site.test(`${JSON.stringify(name)} is fetched by its own address, query and all`, async () => {
        const reply = await site.ask(`/remote/${index}`)
        assert.equal(reply.status, 200)
        assert.equal(reply.body.toString(), contentOf(name))
        assertHandedOver(site, reply)
        const asked = other.asked.at(-1)?.url ?? ''
        assert.equal(decodeURIComponent(asked.replace(/\?.*$/, '')), `/objects/${name}`)
        assert.equal(asked.replace(/^[^?]*/, ''), '?signature=a%2Bb')
      })
    }

    site.test('the application’s headers reach the client, and the other server’s do not', async () => {
      const reply = await site.ask(`/remote/${indexOf('index.html')}`)
      assert.equal(reply.get('Content-Type'), 'text/html; charset=utf-8')
      assert.equal(reply.get('Content-Disposition'), 'attachment; filename="index.html"')
      assert.equal(reply.get('Cache-Control'), 'private, no-cache')
      assert.equal(reply.get('Content-Language'), 'en')
      assert.equal(reply.get('Set-Cookie'), 'mine=1')
      assert.equal(reply.get('X-Content-Type-Options'), 'nosniff')
      for (const name of ['Access-Control-Allow-Origin', 'Content-Security-Policy', 'Expires']) {
        assert.equal(reply.get(name), undefined, name)
      }
    })

    site.test('the type is the one that the application tells', async () => {
      assert.equal((await site.ask(`/remote/${indexOf('plain.txt')}`)).get('Content-Type'), 'text/plain; charset=utf-8')
    })

    site.test('the user’s cookies and passwords stay here', async () => {
      const headers = { Cookie: 'session=1', Authorization: 'Basic dXNlcjpzZWNyZXQ=', 'Accept-Encoding': 'gzip' }
      const reply = await site.ask(`/remote/${indexOf('plain.txt')}`, { headers })
      assert.equal(reply.exchange?.asked.cookie, 'session=1')
      const asked = other.asked.at(-1)
      assert.ok(asked, 'The other server was not asked.')
      for (const name of ['cookie', 'authorization', 'accept-encoding'])
        assert.equal(asked.headers[name], undefined, name)
    })

    site.test('a range gets just these bytes', async () => {
      const reply = await site.ask(`/remote/${indexOf('plain.txt')}`, { headers: { Range: 'bytes=5-8' } })
      assert.equal(reply.status, 206)
      assert.equal(reply.body.toString(), contentOf('plain.txt').slice(5, 9))
      assert.equal(reply.get('Content-Range'), `bytes 5-8/${contentOf('plain.txt').length}`)
      assert.equal(other.asked.at(-1)?.headers.range, 'bytes=5-8')
    })

    site.test('several ranges get the whole, which is never taken for parts', async () => {
      const reply = await site.ask(`/remote/${indexOf('plain.txt')}`, { headers: { Range: 'bytes=0-1,5-8' } })
      assert.equal(reply.status, 200)
      assert.equal(reply.body.toString(), contentOf('plain.txt'))
    })

    site.test('the tag that the client got makes a 304', async () => {
      const target = `/remote/${indexOf('plain.txt')}`
      const etag = (await site.ask(target)).get('ETag') ?? ''
      assert.match(etag, /^"/)
      const reply = await site.ask(target, { headers: { 'If-None-Match': etag } })
      assert.equal(reply.status, 304)
    })

    site.test('HEAD has the headers and no body', async () => {
      const reply = await site.ask(`/remote/${indexOf('plain.txt')}`, { method: 'HEAD' })
      assert.equal(reply.status, 200)
      assert.equal(reply.get('Content-Length'), String(contentOf('plain.txt').length))
      assert.equal(reply.body.length, 0)
    })

    site.test('a file that is not there is a 404', async () => {
      assert.equal((await site.ask('/remote/missing')).status, 404)
    })
  })
}
