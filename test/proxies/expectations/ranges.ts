import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { assertHandedOver, assertStreamed, type Site } from '../site.js'
import { BIG, LAST_MODIFIED, PLAIN } from '../tree.js'

/** Parts of a file that was handed over, as of one that is streamed. */
export function ranges(site: Site): void {
  const { length } = PLAIN
  const part = (range: string, headers = {}) => site.ask('/files/plain.txt', { headers: { Range: range, ...headers } })

  describe('ranges', () => {
    for (const [range, start, end] of [
      ['bytes=0-3', 0, 3],
      ['bytes=4-', 4, length - 1],
      ['bytes=-5', length - 5, length - 1],
      ['bytes=0-99999', 0, length - 1],
      ['bytes=-99999', 0, length - 1],
      [`bytes=${length - 1}-`, length - 1, length - 1],
    ] as const) {
      site.test(`${range} gets just these bytes`, async () => {
        const reply = await part(range)
        assert.equal(reply.status, 206)
        assert.equal(reply.body.toString(), PLAIN.slice(start, end + 1))
        assert.equal(reply.get('Content-Range'), `bytes ${start}-${end}/${length}`)
        assert.equal(reply.get('Content-Length'), String(end + 1 - start))
        assert.equal(reply.get('Content-Type'), 'text/plain; charset=utf-8')
        assert.equal(reply.get('Content-Disposition'), 'attachment; filename="plain.txt"')
        assertHandedOver(site, reply)
      })
    }

    site.test('a range far into a large file is found', async () => {
      const reply = await site.ask('/files/big.bin', { headers: { Range: 'bytes=20000000-20000999' } })
      assert.equal(reply.status, 206)
      assert.deepEqual(reply.body, BIG.subarray(20_000_000, 20_001_000))
    })

    site.test('a range behind the end is a 416 that tells the length', async () => {
      const reply = await part('bytes=1000-')
      assert.equal(reply.status, 416)
      assert.equal(reply.get('Content-Range'), `bytes */${length}`)
      assert.ok(!reply.body.includes(PLAIN), 'The file was sent.')
    })

    site.test('a range of another unit is never taken for one of bytes', async () => {
      const reply = await part('lines=0-1')
      assert.equal(reply.status, site.differences.unknownUnit)
      if (reply.status === 200) assert.equal(reply.body.toString(), PLAIN)
    })

    site.test('several ranges get each of their bytes', async () => {
      const reply = await part('bytes=0-2,10-14')
      assert.equal(reply.status, 206)
      if (site.differences.severalRanges === 'joined') {
        assert.equal(reply.get('Content-Range'), `bytes 0-14/${length}`)
        assert.equal(reply.body.toString(), PLAIN.slice(0, 15))
        return
      }
      const boundary = /^multipart\/byteranges; boundary="?([^"]+)/.exec(reply.get('Content-Type') ?? '')?.[1]
      assert.ok(boundary, 'There is no boundary.')
      const parts = reply.body.toString().split(`--${boundary}`).slice(1, -1)
      assert.deepEqual(
        parts.map((text) => text.slice(text.indexOf('\r\n\r\n') + 4, -2)),
        [PLAIN.slice(0, 3), PLAIN.slice(10, 15)],
      )
      assert.ok(
        parts.every((text) => /^content-type: text\/plain; charset=utf-8\r$/im.test(text)),
        parts.join('\n'),
      )
    })

    site.test('If-Range with the tag that the client got gets the part, with another the whole', async () => {
      const etag = (await site.ask('/files/plain.txt')).get('ETag') ?? ''
      assert.equal((await part('bytes=0-3', { 'If-Range': etag })).status, 206)
      const reply = await part('bytes=0-3', { 'If-Range': '"other"' })
      assert.equal(reply.status, 200)
      assert.equal(reply.body.toString(), PLAIN)
    })

    site.test('If-Range with the time that the client got gets the part, with another the whole', async () => {
      assert.equal((await part('bytes=0-3', { 'If-Range': LAST_MODIFIED })).status, 206)
      assert.equal((await part('bytes=0-3', { 'If-Range': 'Mon, 03 May 2021 12:34:55 GMT' })).status, 200)
    })

    site.test('a range of a file that is streamed gets just these bytes as well', async () => {
      const reply = await site.ask('/big-but-streamed', { headers: { Range: 'bytes=1000000-1999999' } })
      assert.equal(reply.status, 206)
      assert.equal(reply.get('Content-Range'), `bytes 1000000-1999999/${BIG.length}`)
      assert.deepEqual(reply.body, BIG.subarray(1_000_000, 2_000_000))
      assertStreamed(site, reply)
    })
  })
}
