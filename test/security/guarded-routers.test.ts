import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PathDownloadView } from '../../src/views/path.js'
import { SECRET } from '../adapters/fixtures.js'
import type { Adapter } from '../adapters/servers.js'
import { useFixtures, watchForStrayErrors } from '../adapters/use.js'
import { guardedRouters } from './guarded-routers.js'
import { CORPUS } from './spellings.js'
import { useKeptSite } from './suite.js'

/** Applications that guard a folder in their router, where the spelling of an address decides, and not in the view. */

const { root, write } = useFixtures()
watchForStrayErrors()
write('public/a.txt', 'public')
write('admin/secret.txt', SECRET)

for (const { name, decodes, start } of guardedRouters) {
  describe(name, () => {
    const site = useKeptSite(
      { name, protocol: 'HTTP/1.1', start } as unknown as Adapter,
      PathDownloadView.asView({ root }),
    )

    test('CVE-2026-6414, CVE-2026-15074, CVE-2026-2293: no separator or dot of any spelling gets past a guard in the router', async () => {
      assert.equal((await site.ask('/files/public/a.txt')).status, 200)
      assert.equal((await site.ask('/files/admin/secret.txt')).status, 403)
      for (const [index, target] of CORPUS.entries()) {
        for (const method of index % 4 === 0 ? ['GET', 'HEAD'] : ['GET']) {
          // A letter that was encoded is that letter to whoever decodes. Only a guard that decodes too can know.
          if (!decodes && LETTER.test(target)) continue
          const reply = await site.ask(target, { method })
          assert.ok(!reply.body.toString().includes(SECRET), `${method} ${target}`)
          assert.ok(reply.get('Content-Disposition')?.includes('secret') !== true, `${method} ${target}`)
        }
      }
    })
  })
}

const LETTER = /%[46][1-9a-f]|%[57][0-9a]/i
