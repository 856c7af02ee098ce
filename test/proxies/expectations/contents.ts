import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Agent } from 'node:http'
import { describe } from 'node:test'
import { GENERATED } from '../application.js'
import { lasting } from '../client.js'
import { assertHandedOver, assertStreamed, type Site } from '../site.js'
import { BIG, PLAIN, SECRET } from '../tree.js'

/** All bytes come, and their number is told. */
export function contents(site: Site): void {
  describe('contents', () => {
    site.test('an empty file is handed over', async () => {
      const reply = await site.ask('/files/empty.txt')
      assert.equal(reply.status, 200)
      assert.equal(reply.body.length, 0)
      assert.equal(reply.get('Content-Length'), '0')
      assertHandedOver(site, reply)
    })

    site.test('20 MiB arrive as they are', async () => {
      const reply = await site.ask('/files/big.bin')
      assert.equal(reply.get('Content-Length'), String(BIG.length))
      assert.equal(sha256(reply.body), sha256(BIG))
      assertHandedOver(site, reply)
    })

    site.test('20 MiB arrive as they are when they are streamed', async () => {
      const reply = await site.ask('/big-but-streamed')
      assert.equal(reply.get('Content-Length'), String(BIG.length))
      assert.equal(sha256(reply.body), sha256(BIG))
      assertStreamed(site, reply)
    })

    for (const target of ['/files/plain.txt', '/files/empty.txt', '/headers/plain.txt', '/virtual-with-url']) {
      site.test(`HEAD ${target} has the headers of GET and no body`, async () => {
        const get = await site.ask(target)
        const head = await site.ask(target, { method: 'HEAD' })
        assert.equal(head.status, 200)
        assert.equal(head.body.length, 0)
        const isLeftOut = site.differences.emptyHead === 'without length' && get.get('Content-Length') === '0'
        const expected = lasting(get).filter((field) => !isLeftOut || field !== 'content-length: 0')
        assert.deepEqual(lasting(head), expected)
        assertHandedOver(site, head)
      })
    }

    site.test('a download that answers a POST is handed over as well', async () => {
      const reply = await site.ask('/form', { method: 'POST' })
      assert.equal(reply.status, 200)
      assert.equal(reply.body.toString(), PLAIN)
      assertHandedOver(site, reply)
    })

    site.test('replies over one connection stay apart, whatever they are', async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      try {
        const etag = (await site.ask('/files/plain.txt')).get('ETag') ?? ''
        for (const [target, options, status, body] of [
          ['/files/plain.txt', {}, 200, PLAIN],
          ['/files/plain.txt', { method: 'HEAD' }, 200, ''],
          ['/files/plain.txt', { headers: { 'If-None-Match': etag } }, 304, ''],
          ['/files/plain.txt', { headers: { Range: 'bytes=0-2' } }, 206, PLAIN.slice(0, 3)],
          ['/files/empty.txt', {}, 200, ''],
          ['/denied/plain.txt', {}, 403, 'Forbidden\n'],
          ['/files/plain.txt', { method: 'POST' }, 405, ''],
          ['/elsewhere/plain.txt', {}, 200, SECRET],
          ['/files/plain.txt', {}, 200, PLAIN],
        ] as const) {
          const reply = await site.ask(target, { ...options, agent })
          assert.deepEqual([reply.status, reply.body.toString()], [status, body], target)
        }
      } finally {
        agent.destroy()
      }
    })

    site.test('what is generated reaches the client while it is being made', async () => {
      let released: 'by the first bytes' | 'by the clock' | undefined
      const release = (cause: NonNullable<typeof released>) => {
        released ??= cause
        site.release()
      }
      const late = setTimeout(release, 5000, 'by the clock')
      const reply = await site.ask('/generated', { onPiece: () => release('by the first bytes') })
      clearTimeout(late)
      assert.equal(released, 'by the first bytes')
      assert.equal(sha256(reply.body), sha256(GENERATED))
      assertStreamed(site, reply)
    })
  })
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
