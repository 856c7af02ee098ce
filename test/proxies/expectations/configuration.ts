import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { ask } from '../client.js'
import { checkConfig, startProxy } from '../servers.js'
import type { Site } from '../site.js'
import { PLAIN } from '../tree.js'

/** The configuration that we write is one that the server takes. */
export function configuration(site: Site): void {
  describe('configuration', () => {
    site.test("the server's own check finds nothing against it", async () => {
      assert.equal(await checkConfig(site.proxy, site.config), '')
    })

    site.test('rules that lead to the same files can stand side by side', async () => {
      const [first] = site.config.rules
      assert.ok(first, 'There are no rules.')
      const files = 'destinationUrl' in first ? { files: first.sourceDir } : { destinationDir: first.sourceDir }
      const again = { ...first, ...files, sourceDir: undefined, sourceUrl: '/other/' }
      const rules = [...site.config.rules, again]
      assert.equal(await checkConfig(site.proxy, { ...site.config, rules }), '')
    })

    site.test('what listens and answers can have any form of address', async () => {
      for (const application of ['http://127.0.0.1', 'http://[::1]:3000', 'http://localhost:3000/']) {
        assert.equal(await checkConfig(site.proxy, { ...site.config, server: { application } }), '', application)
      }
    })

    for (const [title, serverName, host] of [
      ['several names answers to each', 'localhost files.example *.files.example', 'files.example'],
      ['a name with a wildcard answers to all of them', 'localhost *.files.example', 'de.files.example'],
      ['no name answers to any', undefined, 'whatever.example'],
    ] as const) {
      site.test(`a site with ${title}`, async () => {
        const config = { ...site.config, server: { ...site.config.server, serverName } }
        const server = await startProxy(site.proxy, config)
        try {
          for (const name of [host, 'localhost']) {
            const reply = await ask(server.origin, '/files/plain.txt', { headers: { Host: name } })
            assert.deepEqual([reply.status, reply.body.toString()], [200, PLAIN], name)
          }
        } finally {
          await server.stop()
        }
      })
    }

    site.test('handing over leaves no error in its log', async () => {
      const before = site.log().length
      for (const target of ['/files/plain.txt', '/headers/plain.txt', '/files/page.html', '/files/empty.txt']) {
        await site.ask(target)
      }
      assert.doesNotMatch(site.log().slice(before), site.differences.errorInLog)
    })
  })
}
