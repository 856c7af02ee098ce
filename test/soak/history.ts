import { contentOf } from './content.js'
import { LONGEST } from './in-time.js'

/** A file as it was for a while. */
export interface Version {
  /** Whose content it is: that of a file that was cut is the beginning of an older one. */
  readonly number: number
  /** Bytes. */
  readonly size: number
}

/** A moment has two ends: what was asked for in between may be answered in either way. */
export interface Span {
  /** Milliseconds of `performance.now()`. */
  readonly from: number
  readonly until: number
}

/** How a change is made: `instant` has no state in between, `in-place` can be seen while it is half done. */
export type ChangeKind = 'instant' | 'in-place'

interface State extends Span {
  /** `undefined`: there was no file. */
  readonly version: Version | undefined
}

interface Change extends Span {
  readonly kind: ChangeKind
  /** Tells whether the file that was open before is another one by now: it was cut or written to. */
  readonly spoils: boolean
}

/** What one file was, and when: the measure of each answer. */
export class History {
  readonly name: string
  #states: State[] = []
  #changes: Change[] = []
  #numbers = 0
  /** Entity-tags that were seen, with the version that they stand for. */
  readonly #tags = new Map<string, Version>()

  constructor(name: string) {
    this.name = name
  }

  /** The version that comes next, not yet written. */
  next(size: number): Version {
    return { number: ++this.#numbers, size }
  }

  /** What the file is by now. */
  get current(): Version | undefined {
    return this.#states.at(-1)?.version
  }

  /** When the last change ended, in milliseconds of `performance.now()`. */
  get changedAt(): number {
    return this.#changes.at(-1)?.until ?? 0
  }

  /** Makes a change, and remembers when it was. */
  async change(
    version: Version | undefined,
    { kind = 'instant', spoils = false }: { kind?: ChangeKind; spoils?: boolean },
    work: () => unknown,
  ): Promise<void> {
    const from = performance.now()
    this.#states.push({ version, from, until: Number.POSITIVE_INFINITY })
    this.#changes.push({ kind, spoils, from, until: Number.POSITIVE_INFINITY })
    await work()
    const until = performance.now()
    const states = this.#states
    const former = states.at(-2)
    if (former !== undefined) states[states.length - 2] = { ...former, until }
    this.#changes[this.#changes.length - 1] = { kind, spoils, from, until }
    this.#forget(until)
  }

  /** The versions that the file may have had. */
  versionsIn(span: Span): Version[] {
    return this.#statesIn(span).flatMap(({ version }) => version ?? [])
  }

  mayBeMissingIn(span: Span): boolean {
    return this.#states.length === 0 || this.#statesIn(span).some(({ version }) => version === undefined)
  }

  /** Tells whether the file was this version and no other all the time. */
  wasOnly(version: Version, span: Span): boolean {
    return this.#statesIn(span).every((state) => state.version !== undefined && same(state.version, version))
  }

  /** Tells whether the disk itself may have had half of a version. */
  wasHalfDone(span: Span): boolean {
    return this.#changes.some((change) => change.kind === 'in-place' && overlaps(change, span))
  }

  /** Tells whether a file that was open may have been cut or written to. */
  wasSpoilt(span: Span): boolean {
    return this.#changes.some((change) => change.spoils && overlaps(change, span))
  }

  wasChanged(span: Span): boolean {
    return this.#changes.some((change) => overlaps(change, span))
  }

  /** Remembers what a tag stands for. */
  learn(tag: string, version: Version): void {
    this.#tags.set(tag, version)
  }

  versionOf(tag: string): Version | undefined {
    return this.#tags.get(tag)
  }

  contentOf({ number, size }: Version): Buffer {
    return contentOf(this.name, number, size)
  }

  #statesIn(span: Span): State[] {
    return this.#states.filter((state) => overlaps(state, span))
  }

  /** No request takes so long. */
  #forget(now: number): void {
    if (this.#states.length < 500) return
    this.#states = this.#states.filter(({ until }) => until > now - REMEMBERED)
    this.#changes = this.#changes.filter(({ until }) => until > now - REMEMBERED)
  }
}

export function same(a: Version, b: Version): boolean {
  return a.number === b.number && a.size === b.size
}

/** Milliseconds: several limits of requests, for those that waited for others on their connection. */
const REMEMBERED = 20 * LONGEST

function overlaps(a: Span, b: Span): boolean {
  return a.from <= b.until && b.from <= a.until
}
