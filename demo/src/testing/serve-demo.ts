import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDemo, type DemoOptions } from '../demo.js'
import { addressOf, listen, stop } from '../server.js'
import { copyPreparedData } from './prepared-data.js'

/** A demo of a test: served on a free port, with a data folder of its own. */
export interface ServedDemo {
  /** Address without the last slash. */
  readonly origin: string
  readonly dataFolder: string
  /** The `Range` of each request that had one. */
  readonly ranges: string[]
  /** Stops serving, and removes the data. */
  close(): Promise<void>
}

/** Serves a new demo, with the data of a first start. Options are those of the demo. */
export async function serveDemo(options: Omit<DemoOptions, 'dataFolder'> = {}): Promise<ServedDemo> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'downloadview-demo-'))
  // What another server has to hold is only put there by a first start.
  if (options.bucket === undefined && options.databaseUrl === undefined) await copyPreparedData(dataFolder)
  const demo = await createDemo({ ...options, dataFolder })
  const ranges: string[] = []
  const server = createServer(demo.app)
  // A client in this same process may take seconds to put a large form together, on a connection that it means to use.
  server.keepAliveTimeout = 60_000
  server.on('request', ({ headers }) => {
    if (headers.range !== undefined) ranges.push(headers.range)
  })
  await listen(server, 0)
  return {
    origin: addressOf(server).slice(0, -1),
    dataFolder,
    ranges,
    async close() {
      await stop(server)
      await demo.close()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

/** Signs a user in. Gives the headers that keep him signed in. */
export async function signIn({ origin }: { readonly origin: string }, user: string): Promise<{ Cookie: string }> {
  const body = new URLSearchParams({ user })
  const reply = await fetch(new URL('/session/', origin), { method: 'POST', body, redirect: 'manual' })
  return { Cookie: reply.headers.get('Set-Cookie')?.split(';', 1)[0] ?? '' }
}
