import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDemo } from '../demo.js'
import { addressOf, listen, stop } from '../server.js'

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

/** Serves a new demo. */
export async function serveDemo(): Promise<ServedDemo> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'downloadview-demo-'))
  const demo = await createDemo({ dataFolder })
  const ranges: string[] = []
  const server = createServer(demo.app)
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
