import assert from 'node:assert/strict'
import { after, describe } from 'node:test'
import type { DownloadHandler } from '../../src/handler.js'
import { type Fixtures, FOLDER_MARK } from '../adapters/fixtures.js'
import type { Adapter, StartOptions } from '../adapters/servers.js'
import type { Ask, Reply } from '../adapters/site.js'
import { useFixtures, useSite, watchForStrayErrors } from '../adapters/use.js'
import { RawConnection, writeRequest } from '../http/raw.js'

/** What the tests of advisories attack: one way to serve, and the files behind it. */
export interface Attacked {
  readonly adapter: Adapter
  readonly fixtures: Fixtures
}

/** Sends a request whose target goes over the wire as it is. */
export type Asker = (target: string, ask?: Ask) => Promise<Reply>

/** Serves a view, and asks it over one connection for as long as the server keeps that: thousands of requests are cheap. */
export function useKeptSite(
  adapter: Adapter,
  view: DownloadHandler,
  route?: string,
  options?: StartOptions,
): { readonly ask: Asker } {
  const site = useSite(adapter, view, route, options)
  // What useSite() asks it looks at by itself.
  if (adapter.protocol === 'HTTP/2') return site
  let connection: RawConnection | undefined
  after(() => connection?.destroy())
  return {
    async ask(target, ask = {}) {
      const request = writeRequest({ target, ...ask })
      if (connection?.ending === 'open') {
        connection.send(request)
        const reply = await connection.reply(ask.method).catch(() => undefined)
        if (reply !== undefined) return assertDiscreet(reply)
      }
      // A server hangs up on what it cannot parse, and on whatever else it likes: then a new connection says what it answers.
      connection?.destroy()
      connection = await RawConnection.open(site.origin)
      connection.send(request)
      return assertDiscreet(await connection.reply(ask.method))
    },
  }
}

/** Runs all attacks on some ways to serve, whose frameworks get along with each other in one process. */
export function testAdvisories(adapters: readonly Adapter[], attacks: readonly ((attacked: Attacked) => void)[]): void {
  const fixtures = useFixtures()
  watchForStrayErrors()
  for (const key of ['public/a.txt', 'public/admin/a.txt', 'a.txt', 'admin/secret.txt']) {
    fixtures.write(`telling/${key}`, `content of ${key}`)
  }
  for (const adapter of adapters) {
    describe(adapter.name, () => {
      for (const attack of attacks) attack({ adapter, fixtures })
    })
  }
}

/** No reply, whatever it is, shows where the files are on the disk. */
export function assertDiscreet(reply: Reply): Reply {
  const shown = `${reply.fields.flat().join('\n')}\n${reply.body.toString('latin1')}`
  assert.ok(!shown.includes(FOLDER_MARK), `A path of the server is in the reply:\n${shown}`)
  return reply
}
