import { mkdirSync } from 'node:fs'
import { open, rename, truncate, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MemoryStorage } from '../../src/storages/memory.js'
import { contentOf } from './content.js'
import { History, type Version } from './history.js'
import type { Random } from './random.js'
import type { SoakServer } from './server.js'

/** A file that the writer changes again and again. */
export interface SoakFile {
  readonly key: string
  readonly history: History
  /** Sizes in bytes that it has in turn. */
  readonly sizes: readonly number[]
  /** Tells who changes it, and how. */
  readonly place: 'disk' | 'memory' | 'remote'
}

const KiB = 1024
const MiB = 1024 * KiB

/** Small files are held in memory up to 128 KiB, larger ones are sent past JavaScript. */
const SIZES: readonly (readonly number[])[] = [
  [0, 1, 700],
  [1000],
  [16 * KiB, 16 * KiB + 1],
  [100_000],
  [128 * KiB],
  [128 * KiB + 1, 128 * KiB],
  [300_000],
  [MiB],
  [3 * MiB, 2 * MiB],
]

export function soakFiles(): SoakFile[] {
  const places = ['disk', 'memory', 'remote'] as const
  return places.flatMap((place) =>
    SIZES.map((sizes, index) => {
      const key = `${index % 2 === 0 ? '' : 'a folder/'}${place}-${index}.bin`
      return { key, sizes, place, history: new History(key) }
    }),
  )
}

/** What the writer needs. */
export interface WriterOptions {
  readonly files: readonly SoakFile[]
  readonly random: Random
  /** Folder of the server's files. */
  readonly root: string
  /** A folder beside it. */
  readonly staging: string
  readonly server: SoakServer
  /** The files of the other server. */
  readonly remote: MemoryStorage
}

/** Changes files, all the time: replaces, rewrites in place, cuts, deletes and restores them. */
export class Writer {
  /** How often each thing was done. */
  readonly done: Record<string, number> = {}
  readonly #options: WriterOptions
  #isOver = false

  constructor(options: WriterOptions) {
    this.#options = options
  }

  /** Writes the first version of each file. */
  async begin(): Promise<void> {
    mkdirSync(join(this.#options.root, 'a folder'), { recursive: true })
    for (const file of this.#options.files) await this.#replace(file)
  }

  /** Goes on until {@link stop}. */
  async run(): Promise<void> {
    const { files, random } = this.#options
    while (!this.#isOver) {
      const file = random.pick(files)
      // The clock of a file system may stand still that long: two changes within it look the same to everybody.
      if (performance.now() - file.history.changedAt > CLOCK_STEP) await this.#change(file)
      await new Promise((resolve) => setTimeout(resolve, random.below(LONGEST_PAUSE)))
    }
  }

  stop(): void {
    this.#isOver = true
  }

  async #change(file: SoakFile): Promise<void> {
    const { random } = this.#options
    const { current } = file.history
    const draw = random.below(100)
    if (current === undefined || draw < 50) await this.#replace(file)
    else if (draw < 62) await this.#delete(file)
    else if (file.place !== 'disk') await this.#replace(file)
    else if (draw < 80) await this.#rewrite(file)
    else if (draw < 92) await this.#cut(file, current)
    else await this.#moveAway(file)
  }

  async #replace(file: SoakFile): Promise<void> {
    const version = file.history.next(this.#options.random.pick(file.sizes))
    const content = file.history.contentOf(version)
    this.#count(file.history.current === undefined ? 'restored' : 'replaced')
    if (file.place === 'disk') {
      const staged = join(this.#options.staging, `staged-${version.number}`)
      await writeFile(staged, content)
      await file.history.change(version, {}, () => rename(staged, this.#pathOf(file)))
    } else if (file.place === 'memory') {
      const order = { do: 'save', key: file.key, name: file.history.name, ...version } as const
      await file.history.change(version, {}, () => this.#options.server.tell(order))
    } else {
      await file.history.change(version, {}, () => this.#options.remote.save(file.key, content))
    }
  }

  async #delete(file: SoakFile): Promise<void> {
    this.#count('deleted')
    await file.history.change(undefined, {}, () => {
      if (file.place === 'disk') return unlink(this.#pathOf(file))
      if (file.place === 'memory') return this.#options.server.tell({ do: 'delete', key: file.key })
      return this.#options.remote.delete(file.key)
    })
  }

  /** In place, as `cp` does it, in several steps: whoever looks meanwhile sees half of it. */
  async #rewrite(file: SoakFile): Promise<void> {
    const { random } = this.#options
    const version = file.history.next(random.pick(file.sizes))
    const content = contentOf(file.history.name, version.number, version.size)
    const flag = random.chance(0.5) ? 'w' : 'r+'
    this.#count('rewritten in place')
    await file.history.change(version, { kind: 'in-place', spoils: true }, async () => {
      const handle = await open(this.#pathOf(file), flag)
      try {
        const step = Math.max(1, Math.ceil(content.length / random.between(1, 4)))
        for (let at = 0; at < content.length; at += step)
          await handle.write(content, at, Math.min(step, content.length - at), at)
        if (flag === 'r+') await handle.truncate(content.length)
      } finally {
        await handle.close()
      }
    })
  }

  async #cut(file: SoakFile, { number, size }: Version): Promise<void> {
    if (size < 2) return
    const version = { number, size: this.#options.random.below(size) }
    this.#count('cut')
    await file.history.change(version, { spoils: true }, () => truncate(this.#pathOf(file), version.size))
  }

  /** The same file comes back: its bytes and its modification time are what they were. */
  async #moveAway(file: SoakFile): Promise<void> {
    const { current } = file.history
    const away = join(this.#options.staging, 'away')
    this.#count('moved away and back')
    await file.history.change(undefined, {}, () => rename(this.#pathOf(file), away))
    await new Promise((resolve) => setTimeout(resolve, CLOCK_STEP))
    await file.history.change(current, {}, () => rename(away, this.#pathOf(file)))
  }

  #pathOf(file: SoakFile): string {
    return join(this.#options.root, file.key)
  }

  #count(what: string): void {
    this.done[what] = (this.done[what] ?? 0) + 1
  }
}

/** Milliseconds. */
const CLOCK_STEP = 60
const LONGEST_PAUSE = 12
