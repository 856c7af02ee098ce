import type { FaultProxy } from '../support/fault-proxy.js'
import type { Random } from './random.js'
import type { Asked, AskedRange } from './verify.js'
import type { SoakFile } from './writer.js'

/** Thinks of requests by chance, and now and then of a fault of the other server. */
export class Asking {
  readonly #files: readonly SoakFile[]
  readonly #random: Random
  readonly #proxy: FaultProxy
  readonly #native: boolean

  constructor({ files, proxy, native }: AskingOptions, random: Random) {
    this.#files = files
    this.#random = random
    this.#proxy = proxy
    this.#native = native
  }

  /** For a whole file. */
  whole(): Asked {
    const file = this.#random.pick(this.#files)
    if (file.place === 'remote' && this.#random.chance(0.3)) this.#proxy.next(this.#fault())
    const prefix = file.place === 'disk' ? this.#random.pick(DISK_PREFIXES) : `/${file.place}/`
    return { method: 'GET', file, prefix, isZeroCopy: this.#native && file.place === 'disk', from: performance.now() }
  }

  /** For one range of a file. */
  range(): Asked {
    const asked = this.whole()
    return { ...asked, ranges: [this.rangeIn(asked.file)] }
  }

  /** For several ranges. */
  ranges(): Asked {
    const asked = this.whole()
    return { ...asked, ranges: this.#rangesIn(asked.file) }
  }

  head(): Asked {
    return { ...this.whole(), method: 'HEAD' }
  }

  /** A file of the disk. */
  diskFile(): SoakFile {
    return this.#random.pick(this.#files.filter(({ place }) => place === 'disk'))
  }

  rangeIn({ sizes }: SoakFile): AskedRange {
    const size = this.#random.pick(sizes)
    const start = this.#random.below(size + 2)
    switch (this.#random.below(4)) {
      case 0:
        return { start }
      case 1:
        return { end: this.#random.between(1, size + 1) }
      case 2:
        return { start: size + this.#random.below(10_000_000) }
      default:
        return { start, end: start + this.#random.below(size + 10) }
    }
  }

  /** Apart from each other, so that no server would put them together. */
  #rangesIn({ sizes }: SoakFile): AskedRange[] {
    const size = this.#random.pick(sizes)
    const count = this.#random.between(2, 5)
    const step = Math.floor(size / count)
    return Array.from({ length: count }, (_, index) => {
      const start = index * step
      return { start, end: start + this.#random.below(Math.max(1, Math.floor(step / 2))) }
    })
  }

  #fault() {
    const after = this.#random.pick([0, 1, 1000, 70_000, 500_000])
    return this.#random.pick([
      { kind: 'reset', after },
      { kind: 'truncate', after },
      { kind: 'slow', bytes: 100_000, milliseconds: 5 },
      { kind: 'refuse' },
      { kind: 'answer', status: 503, headers: { 'Retry-After': '1' } },
      { kind: 'answer', status: 500, body: 'secret' },
      // These take a while.
      ...(this.#random.chance(0.2) ? ([{ kind: 'stall', after }, { kind: 'silence' }] as const) : []),
    ] as const)
  }
}

export interface AskingOptions {
  readonly files: readonly SoakFile[]
  readonly proxy: FaultProxy
  /** Whether the native sender sends. */
  readonly native: boolean
}

/** Without the hand-over, half of which would otherwise be all there is to see of files of the disk. */
const DISK_PREFIXES = ['/files/', '/files/', '/paths/', '/paths/', '/proxied/'] as const
