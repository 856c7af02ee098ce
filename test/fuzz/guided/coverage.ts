import { type Profiler, Session } from 'node:inspector'

/**
 * Tells which code below a folder ran, block by block, as V8 counts it in this process.
 *
 * V8 tells of a block only where it ran more or less often than what is around it. So what did not run says as much of the
 * way that was taken as what did. And it counts in no function that ran before the counting began.
 */
export class Coverage {
  readonly #session = new Session()
  readonly #folder: string
  readonly #ways = { ofMany: new Set<string>(), ofOne: new Set<string>() }

  /** The folder is a `file:` URL that ends with a slash. Default: that of the library. */
  constructor(folder = LIBRARY) {
    this.#folder = folder.href
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** How many blocks single cases ran, or passed by. */
  get size(): number {
    return this.#ways.ofOne.size
  }

  /** Tells whether a block ran since the last time, or was passed by, as none did before: by many cases, or by one. */
  isNew(by: 'ofMany' | 'ofOne'): boolean {
    const ways = this.#ways[by]
    const before = ways.size
    for (const block of this.#blocks()) ways.add(block)
    return ways.size > before
  }

  /** Begins again, for another property. */
  forget(): void {
    this.#blocks()
    for (const ways of Object.values(this.#ways)) ways.clear()
  }

  stop(): void {
    this.#session.disconnect()
  }

  #blocks(): string[] {
    let blocks: string[] = []
    // The answer is there before the call returns: nothing else has its turn in between.
    this.#session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error) throw error
      blocks = taken.result.filter(({ url }) => url.startsWith(this.#folder)).flatMap(blocksOf)
    })
    return blocks
  }
}

function blocksOf({ scriptId, functions }: Profiler.ScriptCoverage): string[] {
  return functions
    .flatMap(({ ranges }) => ranges)
    .map(({ startOffset, endOffset, count }) => `${scriptId}:${startOffset}-${endOffset} ${count > 0}`)
}

const LIBRARY = new URL('../../../src/', import.meta.url)
