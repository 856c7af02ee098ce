import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { assertHandedOver, assertStreamed, type Site } from '../site.js'
import { contentOf, HOSTILE_NAMES } from '../tree.js'

/** Whatever a file is called, its very bytes are sent, under the name that streaming would offer. */
export function names(site: Site): void {
  const { streamedNames, refusedInAddress } = site.differences

  describe('names', () => {
    for (const [index, name] of HOSTILE_NAMES.entries()) {
      const isTold = !streamedNames.test(name)

      site.test(
        `${JSON.stringify(name)} is ${isTold ? 'handed over' : 'streamed'}, with its own bytes and name`,
        async () => {
          for (const route of ['hostile', 'hostile-inline']) {
            const reply = await site.ask(`/${route}/${index}`)
            const streamed = await site.askDirectly(`/${route}/${index}`)
            assert.equal(reply.status, 200)
            assert.equal(reply.body.toString(), contentOf(name))
            for (const header of ['Content-Disposition', 'Content-Type', 'Content-Length']) {
              assert.equal(reply.get(header), streamed.get(header), header)
            }
            if (isTold) assertHandedOver(site, reply)
            else assertStreamed(site, reply)
          }
        },
      )

      for (const route of ['files', 'media']) {
        // A backslash in an address is refused by the application, see `refuseEncodedSeparators`.
        if (refusedInAddress.test(name) || name.includes('\\')) continue
        site.test(`${JSON.stringify(name)} in the address of a request below /${route}/ is that file`, async () => {
          const target = `/${route}/hostile/${encodeURIComponent(name)}`
          const reply = await site.ask(target)
          const streamed = await site.askDirectly(target)
          assert.deepEqual([reply.status, reply.body.toString()], [streamed.status, streamed.body.toString()])
          assert.equal(reply.status, 200)
          assert.equal(reply.get('Content-Disposition'), streamed.get('Content-Disposition'))
        })
      }
    }

    site.test('the application sees the address as the client spelled it', async () => {
      const { exchange } = await site.ask('/files/hostile/%2541.txt?a=%20b&c=%2F+d')
      assert.equal(exchange?.target, '/files/hostile/%2541.txt?a=%20b&c=%2F+d')
    })

    site.test('an encoded separator in an address reaches the application, which refuses it', async () => {
      const { status, exchange } = await site.ask('/files/hostile%2Fplain.txt')
      const isKept = site.differences.encodedSlash === 'kept'
      assert.equal(exchange?.target, isKept ? '/files/hostile%2Fplain.txt' : '/files/hostile/plain.txt')
      assert.equal(status, isKept ? 404 : 200)
    })
  })
}
