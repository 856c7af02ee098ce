import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { DownloadHandler } from '../../src/handler.js'
import { createFixtures, type Fixtures, FOLDER_MARK, fill } from './fixtures.js'
import type { Adapter, StartOptions } from './servers.js'
import { openSite, type Reply, type Site } from './site.js'

/** Makes the files that the tests of a file serve. */
export function useFixtures(): Fixtures {
  const fixtures = createFixtures()
  fill(fixtures)
  after(() => fixtures.remove())
  return fixtures
}

/** A view that is served while the tests of a `describe` run. */
export interface UsedSite extends Omit<Site, 'close'> {
  /** Forgets what the application was told so far. */
  forget(): void
}

export function useSite(adapter: Adapter, view: DownloadHandler, route?: string, options?: StartOptions): UsedSite {
  let open: Site | undefined
  const site = (): Site => {
    assert.ok(open, 'The site is open while tests run.')
    return open
  }
  before(async () => {
    open = await openSite(adapter, view, route, options)
  })
  after(() => open?.close())
  return {
    get origin() {
      return site().origin
    },
    get faults() {
      return site().faults
    },
    get handedOn() {
      return site().handedOn
    },
    ask: async (target, ask) => harmless(await site().ask(target, ask)),
    begin: (target) => site().begin(target),
    forget() {
      site().faults.length = 0
      site().handedOn.length = 0
    },
  }
}

/**
 * Fails the tests of a file when an error gets away from the code that it belongs to: in an application it would end the
 * process.
 */
export function watchForStrayErrors(): void {
  const strays: unknown[] = []
  const collect = (error: unknown) => void strays.push(error)
  process.on('unhandledRejection', collect).on('uncaughtException', collect)
  after(async () => {
    // What is still under way may fail late.
    await new Promise((resolve) => setTimeout(resolve, 50))
    process.off('unhandledRejection', collect).off('uncaughtException', collect)
    assert.deepEqual(strays, [])
  })
}

/** No reply, whatever it is, shows where the files are on the disk. */
function harmless(reply: Reply): Reply {
  const shown = `${reply.fields.flat().join('\n')}\n${reply.body.toString('latin1')}`
  assert.ok(!shown.includes(FOLDER_MARK), `A path of the server is in the reply:\n${shown}`)
  return reply
}
