import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import { MemoryStorage } from '../../src/storages/memory.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { startFaultProxy } from '../support/fault-proxy.js'
import { inTime } from './in-time.js'
import { leftovers, type Measure } from './measure.js'
import { Random } from './random.js'
import { type SoakServer, startSoakServer } from './server.js'
import { type Duration, newTally, runTraffic, type Tally } from './traffic.js'
import { type SoakFile, soakFiles, Writer } from './writer.js'

/** How a soak is run. */
export interface SoakOptions {
  readonly seed: number
  /** Whether the native sender may be used. */
  readonly native: boolean
  /** Traffic before the base is measured. */
  readonly warmUp: Duration
  /** Traffic after that. */
  readonly traffic: Duration
  /** Clients at a time. Default: `24`. */
  readonly clients?: number
  /** Told how far it is, every now and then. */
  readonly say?: (line: string) => void
}

/** What came of it. */
export interface SoakReport {
  readonly tally: Tally
  /** How often the writer did each thing. */
  readonly changes: Readonly<Record<string, number>>
  /** Faults that the application was told of, by kind of view and code. */
  readonly faults: Readonly<Record<string, number>>
  readonly base: Measure
  readonly end: Measure
  /** All that should not have been: answers, leaks, faults, words on stderr. */
  readonly wrong: readonly string[]
}

/** Runs a server with one view of each kind under mixed traffic while its files change, and looks at what is left. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const random = new Random(options.seed)
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'downloadview-soak-'))
  const [root, staging] = [join(folder, 'files'), join(folder, 'staging')]
  for (const path of [root, staging]) mkdirSync(path)
  const server = await startSoakServer(root, options)
  const remote = new MemoryStorage()
  const files = soakFiles()
  const writer = new Writer({ files, random: random.fork(), root, staging, server, remote })
  try {
    await writer.begin()
    const writing = writer.run()
    // Waited for below; until then nobody hears of its failure.
    writing.catch(() => undefined)
    const phase = { ...options, server, remote, files, random, idle: await server.measure() }
    const base = await runPhase(phase, options.warmUp, newTally())
    const tally = newTally()
    const end = await runPhase(phase, options.traffic, tally)
    writer.stop()
    await writing
    const { faults, errors } = server
    const strange = Object.keys(faults).filter((fault) => !EXPECTED_FAULTS.test(fault))
    const wrong = [
      ...tally.failures,
      ...leftovers(base, end),
      ...(end.isNative === options.native ? [] : [`The native sender was ${end.isNative ? 'not off' : 'off'}`]),
      ...strange.map((fault) => `onError was told of ${fault}`),
      ...(errors === '' ? [] : [`stderr of the server: ${errors}`]),
    ]
    return { tally, changes: writer.done, faults, base, end, wrong }
  } finally {
    writer.stop()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Phase extends SoakOptions {
  readonly server: SoakServer
  readonly remote: MemoryStorage
  readonly files: readonly SoakFile[]
  readonly random: Random
  /** What the server held before anybody asked it. */
  readonly idle: Measure
}

/** Files that are cut and rewritten, another server that fails or whose files go under way, and what breaks on purpose. */
const EXPECTED_FAULTS =
  /^((files|paths) FILE_CHANGED|memory (FILE_CHANGED|FILE_NOT_FOUND)|remote (FILE_CHANGED|FILE_NOT_FOUND|UPSTREAM_\w+|BAD_BODY)|made ON_PURPOSE)$/

/** Lets clients come and go, and measures once the last one has left. */
async function runPhase(phase: Phase, duration: Duration, tally: Tally): Promise<Measure> {
  const { server, files, random, native, clients = 24, say } = phase
  const origin = await startOrigin(phase.remote)
  const proxy = await startFaultProxy(origin)
  const report = () =>
    say?.(`${tally.requests} requests, ${tally.verified} bodies verified, ${tally.failures.length} failures`)
  const timer = setInterval(report, SIGN_OF_LIFE)
  try {
    await server.tell({ do: 'origin', origin: proxy.origin })
    await runTraffic({ files, random: random.fork(), ports: server.ports, proxy, native, clients }, duration, tally)
  } finally {
    clearInterval(timer)
    await inTime(() => 'the proxy before the other server ends', proxy.close())
    await inTime(() => 'the other server ends', origin.close())
  }
  return settle(phase)
}

/** Milliseconds. */
const SIGN_OF_LIFE = 15_000

async function startOrigin(storage: MemoryStorage) {
  const server = createServer(
    toNodeHandler(StorageDownloadView.asView({ storage }), { route: '/*path', onError: () => {} }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    host: '127.0.0.1',
    port,
    close() {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** Waits until connections and files that were kept for a moment have gone; what stays is seen in the measure. */
async function settle({ server, idle }: Phase): Promise<Measure> {
  const deadline = performance.now() + LONGEST_SETTLING
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    const measure = await server.measure()
    const isQuiet = Object.entries(measure.descriptors).every(([kind, count]) => count <= (idle.descriptors[kind] ?? 0))
    if (isQuiet || performance.now() > deadline) return measure
  }
}

/** Milliseconds. Connections to another server, and files that were read, are kept for a few seconds. */
const LONGEST_SETTLING = 30_000
