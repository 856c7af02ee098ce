import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { StorageDownloadView } from '../../../src/views/storage.js'
import { CountingStorage, manyRanges } from '../counting-storage.js'
import { type Attacked, useKeptSite } from '../suite.js'

/** What a client can ask for by a `Range` never costs more than the file. */
export function ranges({ adapter }: Attacked): void {
  describe('ranges', () => {
    const storage = new CountingStorage(100_000)
    const { ask } = useKeptSite(adapter, StorageDownloadView.asView({ storage }), '/files/*path')
    // Servers of HTTP/1 in Node take 16 KiB of headers, those of HTTP/2 take 64 KiB.
    const room = adapter.protocol === 'HTTP/2' ? 60_000 : 15_000

    test('CVE-2011-3192, CVE-2024-26141, CVE-2026-34826: as many ranges as a header can hold are never more reads or bytes than the file', async () => {
      for (const [what, range] of manyRanges(room)) {
        storage.forget()
        const reply = await ask('/files/a.bin', { headers: { Range: range } })
        assert.ok([200, 206, 416].includes(reply.status), `${what}: ${reply.status}`)
        storage.assertModest(what, reply.body.length)
      }
    })

    test('CVE-2017-7529, sirv#175: no number in a range gets another byte than those that it names, or ends the process', async () => {
      await fc.assert(
        fc.asyncProperty(RANGE, async (range) => {
          const reply = await ask('/files/a.bin', { headers: { Range: range } })
          assert.ok([200, 206, 416].includes(reply.status), `${reply.status}`)
          const [, first, last] = /^bytes (\d+)-(\d+)\/100000$/.exec(reply.get('Content-Range') ?? '') ?? []
          if (first !== undefined)
            assert.ok(reply.body.equals(storage.bytes(Number(first), Number(last))), 'other bytes')
          if (reply.status === 200) assert.ok(reply.body.equals(storage.bytes()), 'other bytes')
          assert.ok(reply.isComplete, 'The body is not whole.')
        }),
        { numRuns: 100 },
      )
    })
  })
}

const NUMBER = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 65n }).map(String),
  fc.integer({ min: 0, max: 100_010 }).map(String),
  fc.constantFrom('', '0', '-0', '-1', '+1', '1e3', '0x10', 'NaN', '9223372036854775807', '18446744073709551616'),
)

const RANGE = fc
  .array(fc.tuple(NUMBER, NUMBER), { minLength: 1, maxLength: 3 })
  .map((ranges) => `bytes=${ranges.map(([first, last]) => `${first}-${last}`).join(',')}`)
