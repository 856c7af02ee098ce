import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { holdIdle } from './idle.js'
import { killSavers } from './kills.js'
import { describeMeasure, megabytes } from './measure.js'
import { seedOf } from './random.js'
import { runSoak, type SoakReport } from './soak.js'

const OPTIONS = {
  minutes: { type: 'string', default: '10' },
  seed: { type: 'string' },
  clients: { type: 'string', default: '24' },
  sender: { type: 'string' },
  idle: { type: 'string' },
  kills: { type: 'string' },
  help: { type: 'boolean' },
} as const

const HELP = `npm run soak -- [options]
  --minutes N   how long, half of it with the native sender and half in plain JavaScript (default: 10)
  --seed N      what chance begins with (SOAK_SEED; default: another each time)
  --clients N   clients at a time (default: 24)
  --sender S    only one of them: native or javascript
  --idle N      instead: so many downloads that nobody reads, and what each costs
  --kills N     instead: so many processes that are killed while they save
`

/** Runs the soak for as long as one likes: `npm run soak`. */
async function run(): Promise<boolean> {
  const { values } = parseArgs({ options: OPTIONS })
  const senders = [true, false].filter((native) => (values.sender ?? nameOf(native)) === nameOf(native))
  if (senders.length === 0) throw new Error('--sender is native or javascript.')
  if (values.help) {
    console.log(HELP)
    return true
  }
  if (values.idle !== undefined) return idle(numberOf(values.idle), senders)
  const seed = seedOf(values.seed)
  console.log(`seed ${seed}`)
  if (values.kills !== undefined) return kills(numberOf(values.kills), seed)
  const milliseconds = (numberOf(values.minutes) * 60_000) / senders.length
  let isRight = true
  for (const native of senders) isRight = (await soak(native, seed, milliseconds, numberOf(values.clients))) && isRight
  return isRight
}

function nameOf(native: boolean): string {
  return native ? 'native' : 'javascript'
}

function numberOf(text: string): number {
  const number = Number(text)
  if (number > 0) return number
  throw new Error(`"${text}" is no number above 0. See --help.`)
}

async function soak(native: boolean, seed: number, milliseconds: number, clients: number): Promise<boolean> {
  console.log(`── sender: ${nameOf(native)}`)
  const started = performance.now()
  const report = await runSoak({
    seed,
    native,
    warmUp: { milliseconds: milliseconds * WARM_UP },
    traffic: { milliseconds: milliseconds * (1 - WARM_UP) },
    clients,
    say: (line) => console.log(`  … ${Math.round((performance.now() - started) / 1000)} s: ${line}`),
  })
  print(report)
  return report.wrong.length === 0
}

/** Share of the time. */
const WARM_UP = 0.2

function print({ tally, changes, faults, base, end, wrong }: SoakReport): void {
  for (const [kind, count] of Object.entries(tally.ends).toSorted()) console.log(`  ${kind}: ${count}`)
  console.log(`requests: ${tally.requests}, of which ${tally.aborts} were aborted by the client`)
  console.log(`verified: ${tally.verified} bodies, ${megabytes(tally.bytes)}; ${tally.resumed} were glued together`)
  console.log(`changes:  ${JSON.stringify(changes)}`)
  console.log(`faults:   ${JSON.stringify(faults)}`)
  console.log(`base:     ${describeMeasure(base)}`)
  console.log(`end:      ${describeMeasure(end)}`)
  for (const line of wrong) console.log(`WRONG: ${line}`)
}

async function idle(count: number, senders: readonly boolean[]): Promise<boolean> {
  if (process.env['SOAK_NETWORK'] === undefined) return inOwnNetwork()
  for (const native of senders) {
    const { downloads, before, during, bytesEach } = await holdIdle(count, { native })
    console.log(`── sender: ${nameOf(native)}: ${downloads} downloads, ${(bytesEach / 1024).toFixed(1)} KiB each`)
    console.log(`before: ${describeMeasure(before)}`)
    console.log(`during: ${describeMeasure(during)}`)
  }
  return true
}

/** Buffers of the kernel would fill its memory, and everybody's: in a network of our own they are small. */
function inOwnNetwork(): boolean {
  const set =
    'ip link set lo up && sysctl -qw net.ipv4.tcp_wmem="4096 16384 32768" net.ipv4.tcp_rmem="4096 16384 32768"'
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  const { status } = spawnSync('unshare', ['--net', 'sh', '-c', `${set} && exec "$@"`, 'sh', ...again], {
    stdio: 'inherit',
    env: { ...process.env, SOAK_NETWORK: 'own' },
  })
  return status === 0
}

async function kills(count: number, seed: number): Promise<boolean> {
  const { seen, leftovers, wrong } = await killSavers({ kills: count, seed })
  console.log(`${count} kills, ${leftovers} of them in the middle of a save, ${seen} files looked at`)
  for (const line of wrong) console.log(`WRONG: ${line}`)
  return wrong.length === 0
}

try {
  if (!(await run())) process.exitCode = 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
