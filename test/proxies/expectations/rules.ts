import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { assertHandedOver, assertStreamed, type Site } from '../site.js'
import { PLAIN, SECRET } from '../tree.js'

/** What is handed over, and what is streamed instead. */
export function rules(site: Site): void {
  describe('rules', () => {
    for (const [target, reason] of [
      ['/files/plain.txt', 'a file of a storage whose path lies below sourceDir'],
      ['/media/plain.txt', 'a file of a storage whose url lies below sourceUrl'],
      ['/plain.txt/', 'a path below sourceDir, behind an address with a "/" at its end'],
      ['/link-inside', 'a link that leads to a file of the same folder'],
      ['/link-to-published/plain.txt', 'a file below a sourceDir that is a link itself'],
    ] as const) {
      site.test(`${reason} is handed over`, async () => {
        const reply = await site.ask(target)
        assert.equal(reply.status, 200)
        assert.equal(reply.body.toString(), PLAIN)
        assertHandedOver(site, reply)
      })
    }

    for (const [target, reason] of [
      ['/elsewhere/plain.txt', 'a file that no rule is about'],
      ['/files-private/plain.txt', 'a file of a folder whose name only begins like sourceDir'],
      ['/link-outside', 'a link in sourceDir that leads out of it'],
      ['/folder-outside', 'a file behind a linked folder that leads out of sourceDir'],
    ] as const) {
      site.test(`${reason} is streamed`, async () => {
        const reply = await site.ask(target)
        assert.equal(reply.status, 200)
        assert.equal(reply.body.toString(), SECRET)
        assertStreamed(site, reply)
      })
    }

    site.test('a virtual file is streamed, even when it is named like a path below sourceDir', async () => {
      const reply = await site.ask('/virtual')
      assert.equal(reply.status, 200)
      assert.equal(reply.body.toString(), 'made up')
      assertStreamed(site, reply)
    })

    site.test('a virtual file with a url that a rule knows is handed over, and never made', async () => {
      const reply = await site.ask('/virtual-with-url')
      assert.equal(reply.status, 200)
      assert.equal(reply.body.toString(), 'made beforehand')
      assert.equal(reply.get('Content-Disposition'), 'attachment; filename="Report.txt"')
      assertHandedOver(site, reply)
    })

    for (const status of [203, 410]) {
      site.test(`a download with status ${status} is streamed`, async () => {
        const reply = await site.ask(`/status/${status}`)
        assert.equal(reply.status, status)
        assert.equal(reply.body.toString(), PLAIN)
        assertStreamed(site, reply)
      })
    }

    site.test('bytes that are encoded already are streamed, and the client is told', async () => {
      const reply = await site.ask('/encoded')
      assert.equal(reply.status, 200)
      assert.equal(reply.get('Content-Encoding'), 'x-test')
      assert.equal(reply.body.toString(), PLAIN)
      assertStreamed(site, reply)
    })
  })
}
