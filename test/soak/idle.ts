import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Measure } from './measure.js'
import { startSoakServer } from './server.js'

/** What downloads cost that nobody reads. */
export interface IdleReport {
  /** How many there were: as many as were asked for, where there are descriptors for them. */
  readonly downloads: number
  readonly before: Measure
  readonly during: Measure
  /** Bytes of RSS for each download. */
  readonly bytesEach: number
}

/** Begins many downloads of a file of 1 GiB whose clients read nothing, and measures what the server holds for each. */
export async function holdIdle(count: number, { native }: { readonly native: boolean }): Promise<IdleReport> {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'downloadview-idle-'))
  writeFileSync(join(root, 'huge.bin'), '')
  truncateSync(join(root, 'huge.bin'), 1024 ** 3)
  const server = await startSoakServer(root, { native })
  try {
    // The first ones bring in what is there once for all.
    const first = await startClients(server.ports.http, WARM_UP)
    const before = await server.measure()
    const clients = await startClients(server.ports.http, count)
    const during = await server.measure()
    for (const { stop } of [first, clients]) await stop()
    return { downloads: clients.held, before, during, bytesEach: (during.rss - before.rss) / clients.held }
  } finally {
    await server.stop()
    rmSync(root, { recursive: true, force: true })
  }
}

/** Clients that are there before the first measure: they take all the large buffers that there are (64 MiB). */
const WARM_UP = 200

async function startClients(port: number, count: number) {
  const child = spawn(process.execPath, ['--import', 'tsx', CLIENTS, String(port), '/paths/huge.bin', String(count)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(child, 'close')
  const [held] = await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error('The clients ended.'))),
  ])
  return {
    held: Number(held),
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

const CLIENTS = fileURLToPath(new URL('child/idle-clients.ts', import.meta.url))
