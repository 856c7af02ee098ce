import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { bundle } from '../support/bundle.js'
import { freshContent } from './content.js'
import { inTime, pause } from './in-time.js'
import { Random } from './random.js'
import { SAVED_KEYS, sizeOf } from './saved.js'

/** What came of killing processes that save. */
export interface KillReport {
  readonly kills: number
  /** Files that were looked at after a kill. */
  readonly seen: number
  /** Temporary files that were left behind: each is a kill in the middle of a save. */
  readonly leftovers: number
  readonly wrong: readonly string[]
}

/** How many processes are killed. */
export interface KillOptions {
  readonly kills: number
  /** Milliseconds after which there are no more, on a computer that is so busy that it takes long. Default: never. */
  readonly atMost?: number
  readonly seed: number
}

/** Kills processes that save, each at a random moment, and looks at what is there under each name afterwards. */
export async function killSavers({ kills, atMost, seed }: KillOptions): Promise<KillReport> {
  const random = new Random(seed)
  const until = performance.now() + (atMost ?? Number.POSITIVE_INFINITY)
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'downloadview-kills-'))
  try {
    const saver = await bundle(SAVER, folder)
    const turns = shares(kills, AT_A_TIME).map((share, turn) => {
      const root = join(folder, `${turn}`)
      mkdirSync(root)
      return killInTurn(share, { saver, root, until, random: random.fork() })
    })
    return sumOf(await Promise.all(turns))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function sumOf(reports: readonly KillReport[]): KillReport {
  return reports.reduce((all, each) => ({
    kills: all.kills + each.kills,
    seen: all.seen + each.seen,
    leftovers: all.leftovers + each.leftovers,
    wrong: [...all.wrong, ...each.wrong],
  }))
}

/** Most of the time is that of Node's start. */
const AT_A_TIME = 3

const SAVER = new URL('child/saver.ts', import.meta.url)

function shares(total: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, index) => Math.floor((total + index) / parts))
}

interface Turn {
  /** What is run and killed. */
  readonly saver: string
  readonly root: string
  /** Milliseconds of `performance.now()`. */
  readonly until: number
  readonly random: Random
}

async function killInTurn(most: number, turn: Turn): Promise<KillReport> {
  const wrong: string[] = []
  let kills = 0
  let seen = 0
  while (kills < most && performance.now() < turn.until) {
    await killOnce(turn, ++kills * 1000)
    seen += await look(turn.root, wrong)
  }
  return { kills, seen, leftovers: await clean(turn.root, wrong), wrong }
}

async function killOnce({ saver, root, random }: Turn, first: number): Promise<void> {
  const child = spawn(process.execPath, [saver, root, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  const failed = ended.then(() => Promise.reject(new Error('It did not save.')))
  await inTime(
    () => 'a process saves',
    Promise.race([once(child.stdout, 'data'), failed]),
    () => child.kill('SIGKILL'),
  )
  failed.catch(() => undefined)
  await pause(random.below(LONGEST_LIFE))
  child.kill('SIGKILL')
  await inTime(() => 'a process that was killed is gone', ended)
}

/** Milliseconds: some saves. */
const LONGEST_LIFE = 60

/** Every file that is there must be one version as a whole, for a storage that lists all there is to be had as well. */
async function look(root: string, wrong: string[]): Promise<number> {
  const storage = new FileSystemStorage({ root, dotfiles: 'allow' })
  let seen = 0
  for await (const key of storage.list()) {
    seen++
    if (!(SAVED_KEYS as readonly string[]).includes(key)) wrong.push(`"${key}" is listed`)
    const bytes = readFileSync(join(root, key))
    const number = bytes.length < 16 ? -1 : bytes.readUInt32LE(4)
    if (bytes.length !== sizeOf(number) || !bytes.equals(freshContent(key, number, bytes.length))) {
      wrong.push(`"${key}" has ${bytes.length} bytes, which are no version`)
    }
  }
  return seen
}

/** What was left behind can be asked for by nobody, and is in nobody's way. */
async function clean(root: string, wrong: string[]): Promise<number> {
  const storage = new FileSystemStorage({ root, dotfiles: 'allow' })
  const names = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const leftovers = names.filter(({ name }) => name.startsWith('.'))
  for (const { name } of leftovers) {
    const found = await storage.stat(name).catch(() => undefined)
    if (found !== undefined) wrong.push(`"${name}" is served`)
  }
  const removed = await storage.removeLeftovers({ olderThan: 0 })
  const kept = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.includes('.downloadview-'),
  )
  if (removed !== leftovers.length || kept.length > 0) wrong.push(`${removed} of ${leftovers.length} were removed`)
  for (const key of SAVED_KEYS) await storage.save(key, 'new')
  return leftovers.length
}
