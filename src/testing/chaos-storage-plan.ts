import type { Content } from '../storages/content.js'

/**
 * What goes wrong, method by method. Where one method has several faults, all that fit a call strike together.
 *
 * `fetch` and `presignedUrl` can only be planned for a storage that has them.
 */
export interface ChaosPlan {
  readonly stat?: Planned<StatFault> | undefined
  readonly open?: Planned<BodyFault> | undefined
  readonly fetch?: Planned<FetchFault> | undefined
  readonly presignedUrl?: Planned<CallFault> | undefined
  readonly save?: Planned<SaveFault> | undefined
  readonly exists?: Planned<CallFault> | undefined
  readonly delete?: Planned<DeleteFault> | undefined
  readonly list?: Planned<ListFault> | undefined
}

/** One fault of a method, or several, each with its occasion. */
export type Planned<F> = (F & ChaosOccasion) | readonly (F & ChaosOccasion)[]

/** When a fault strikes. Left out, at every call. */
export interface ChaosOccasion {
  /** The keys that it is for: one, those that match a pattern, or those for which a function says so. Default: all. */
  readonly keys?: string | RegExp | ((key: string) => boolean) | undefined
  /**
   * Which calls of the method it is for, counted from 1 among those for its `keys`: one, some, or all `from` one on.
   * Default: all.
   */
  readonly calls?: number | readonly number[] | { readonly from: number } | undefined
}

/** Throws. Default of `error`: a `StorageError`. */
export interface Fail {
  readonly fault: 'fail'
  readonly error?: unknown
}

/** Never goes on. It ends when the signal aborts or the reading is ended, unless it is `deaf` as well. */
export interface Stall {
  readonly fault: 'stall'
}

/** Waits for some milliseconds first, and then does what it should. */
export interface Delay {
  readonly fault: 'delay'
  readonly milliseconds: number
}

/** Takes no notice of the signal, and goes on when the client has gone. */
export interface Deaf {
  readonly fault: 'deaf'
}

/** Tells a size that is wrong by so many bytes, more or less. */
export interface WrongSize {
  readonly fault: 'size'
  readonly by: number
}

/** Is not there. */
export interface Missing {
  readonly fault: 'missing'
}

/** Where in a body a fault strikes. */
export interface AfterBytes {
  /** Bytes that pass before, or `'end'`: after the last of them. Default: `0`, before the first. */
  readonly after?: number | 'end' | undefined
}

/** Ends too early, as if that was all. */
export interface Truncate {
  readonly fault: 'truncate'
  /** Bytes that pass before. */
  readonly after: number
}

/** Gives so many bytes too many. */
export interface Extend {
  readonly fault: 'extend'
  readonly by: number
}

/** Another content is saved under the key in the wrapped storage while it is being read. */
export interface Replace extends AfterBytes {
  readonly fault: 'replace'
  readonly content: Content
}

/** The file is deleted from the wrapped storage while it is being read. */
export interface Vanish extends AfterBytes {
  readonly fault: 'vanish'
}

/** Gives something that is no `Uint8Array`. Default of `piece`: a text. */
export interface Garbage extends AfterBytes {
  readonly fault: 'garbage'
  readonly piece?: unknown
}

/** Gives empty pieces between the others, or one byte at a time: allowed, but few readers have ever seen it. */
export interface OddPieces {
  readonly fault: 'empty-pieces' | 'single-bytes'
}

/** Fails when it is let go of early, by `return()` or, for what `fetch()` gave, by `cancel()`. */
export interface BrokenClose {
  readonly fault: 'close'
  readonly error?: unknown
}

/** Does what it should, and then fails all the same, as when the answer of a server is lost. */
export interface LostAnswer {
  readonly fault: 'lost-answer'
  readonly error?: unknown
}

/** What can go wrong with any call. */
export type CallFault = Fail | Stall | Delay

/** What can go wrong with `stat()`. */
export type StatFault = CallFault | Missing | WrongSize

/** What can go wrong with the bytes that `open()` gives. */
export type BodyFault =
  | (Fail & AfterBytes)
  | (Stall & AfterBytes)
  | (Delay & AfterBytes)
  | Missing
  | Truncate
  | Extend
  | Replace
  | Vanish
  | Garbage
  | OddPieces
  | BrokenClose
  | Deaf

/** What can go wrong with `fetch()`. Without `after`, the call itself fails or stalls; with it, the body that it gives. */
export type FetchFault = BodyFault | WrongSize

/** What can go wrong with `save()`; bytes are those of the content. */
export type SaveFault = (Fail & AfterBytes) | (Stall & AfterBytes) | (Delay & AfterBytes) | Truncate | Deaf | LostAnswer

/** What can go wrong with `delete()`. */
export type DeleteFault = CallFault | LostAnswer

/** What can go wrong with `list()`; `after` counts keys. */
export type ListFault = CallFault & { readonly after?: number | undefined }

/** A method that can be planned for. */
export type ChaosMethod = keyof ChaosPlan

/** Any fault, with its occasion. */
export type ChaosFault = (StatFault | FetchFault | SaveFault | DeleteFault | ListFault) & ChaosOccasion

/** Tells what goes wrong with the calls of a storage, one after the other. */
export type Chooser = (method: ChaosMethod, key: string) => readonly ChaosFault[]

/** Chooses what is planned. */
export function choosePlanned(plan: ChaosPlan): Chooser {
  const counts = new Map<ChaosFault, number>()
  return (method, key) => {
    const faults = [plan[method] ?? []].flat() as readonly ChaosFault[]
    return faults.filter((fault) => {
      if (!isFor(fault, key)) return false
      const call = (counts.get(fault) ?? 0) + 1
      counts.set(fault, call)
      return isDue(fault, call)
    })
  }
}

function isFor({ keys }: ChaosOccasion, key: string): boolean {
  if (keys === undefined || typeof keys === 'string') return keys === undefined || keys === key
  // Not by `test()`, which counts on when a pattern is global.
  return keys instanceof RegExp ? key.search(keys) !== -1 : keys(key)
}

function isDue({ calls }: ChaosOccasion, call: number): boolean {
  if (calls === undefined) return true
  if (typeof calls === 'object' && 'from' in calls) return call >= calls.from
  return [calls].flat().includes(call)
}
