import { ConfigurationError } from '../errors.js'
import { type Content, chunksOf, discard, expectErrors } from '../storages/content.js'
import type {
  FetchedBody,
  FetchedFile,
  FetchOptions,
  FileStat,
  PresignOptions,
  ReadOptions,
  SaveOptions,
  Storage,
} from '../storages/storage.js'
import { chaoticBody, errorOf, has, strike } from './chaos-storage-body.js'
import { type ChaosFault, type ChaosMethod, type ChaosPlan, type Chooser, choosePlanned } from './chaos-storage-plan.js'
import { chooseAtRandom, type RandomChaosOptions } from './chaos-storage-random.js'

/** A fault that has struck. */
export interface StruckFault {
  readonly method: ChaosMethod
  /** `''` for a `list()` of all. */
  readonly key: string
  readonly fault: ChaosFault
}

/**
 * Wraps a storage and lets it fail, stall, end too early, lie about sizes or change its files under way, so that a test
 * can see what becomes of it:
 *
 * ```ts
 * const storage = new ChaosStorage(files, { open: { fault: 'fail', after: 1000, keys: /\.pdf$/, calls: 1 } })
 * ```
 * Without a fault for a call it does just what the wrapped storage does. It has `fetch()` and `presignedUrl()` if that has
 * them, and no `retain()`, by which bytes would pass it by. Throws `ConfigurationError` for a plan of a method that is not there.
 */
export class ChaosStorage implements Storage {
  /** The wrapped storage, in which nothing goes wrong. */
  readonly storage: Storage
  /** What went wrong so far, oldest first; a fault within a body is listed when it is opened. */
  readonly struck: readonly StruckFault[] = []
  /** The number that decides what goes wrong; `undefined` where it was planned. */
  readonly seed: number | undefined
  readonly fetch?: NonNullable<Storage['fetch']>
  readonly presignedUrl?: NonNullable<Storage['presignedUrl']>
  /** What the wrapped storage told in truth, by what was told instead. */
  readonly #truth = new WeakMap<FileStat, FileStat>()
  #choose: Chooser

  /**
   * Lets things go wrong by chance: about one call in five.
   *
   * The seed is printed, and the same one gives the same faults again.
   */
  static random(storage: Storage, options?: RandomChaosOptions): ChaosStorage {
    const { seed, choose } = chooseAtRandom(options)
    return new ChaosStorage(storage, {}, { seed, choose })
  }

  /** @param chance - for {@link ChaosStorage.random} only. */
  constructor(
    storage: Storage,
    plan: ChaosPlan = {},
    chance?: { readonly seed: number; readonly choose: Chooser } | undefined,
  ) {
    this.storage = storage
    this.seed = chance?.seed
    this.#choose = chance?.choose ?? choosePlanned(checked(plan, storage))
    if (storage.fetch !== undefined) this.fetch = (key, options) => this.#fetch(key, options)
    if (storage.presignedUrl !== undefined) this.presignedUrl = (key, options) => this.#presignedUrl(key, options)
  }

  /** Goes on with another plan, whose calls are counted from 1; without one, nothing goes wrong any more. */
  plan(plan: ChaosPlan = {}): void {
    this.#choose = choosePlanned(checked(plan, this.storage))
  }

  async stat(key: string): Promise<FileStat | undefined> {
    const faults = await this.#before('stat', key)
    return has(faults, 'missing') ? undefined : this.#told(await this.storage.stat(key), faults)
  }

  open(key: string, options: ReadOptions = {}): AsyncIterable<Uint8Array> {
    const faults = this.#chosen('open', key)
    const seen = options.seen && (this.#truth.get(options.seen) ?? options.seen)
    const source = () => this.storage.open(key, { ...heard(options, faults), seen })
    if (faults.length === 0) return source()
    return chaoticBody(source, { faults, signal: options.signal, meddle: (fault) => this.#meddle(key, fault) })
  }

  async save(key: string, content: Content, options: SaveOptions = {}): Promise<void> {
    const faults = this.#chosen('save', key)
    const lost = faults.find(({ fault }) => fault === 'lost-answer')
    const inContent = faults.filter(({ fault }) => fault !== 'lost-answer')
    if (inContent.length === 0) await this.storage.save(key, content, options)
    else await this.#saveChaotically(key, content, heard(options, faults), inContent)
    if (lost !== undefined) throw errorOf(lost)
  }

  async exists(key: string): Promise<boolean> {
    await this.#before('exists', key)
    return this.storage.exists(key)
  }

  async delete(key: string): Promise<void> {
    const faults = await this.#before('delete', key)
    await this.storage.delete(key)
    const lost = faults.find(({ fault }) => fault === 'lost-answer')
    if (lost !== undefined) throw errorOf(lost)
  }

  async *list(folder?: string): AsyncGenerator<string, void, undefined> {
    const faults = this.#chosen('list', folder ?? '')
    const strikeAfter = async (count: number) => {
      for (const fault of faults) if (('after' in fault ? fault.after : 0) === count) await strike(fault)
    }
    let count = 0
    await strikeAfter(count)
    for await (const key of this.storage.list(folder)) {
      yield key
      await strikeAfter(++count)
    }
  }

  url(key: string): string | undefined {
    return this.storage.url(key)
  }

  path(key: string): string | undefined {
    return this.storage.path(key)
  }

  async #saveChaotically(
    key: string,
    content: Content,
    options: SaveOptions,
    faults: readonly ChaosFault[],
  ): Promise<void> {
    const { signal } = options
    expectErrors(content)
    try {
      await this.storage.save(
        key,
        chaoticBody(() => chunksOf(content, signal), { faults, signal }),
        options,
      )
    } catch (error) {
      // A fault before the first byte leaves it unread.
      discard(content)
      throw error
    }
  }

  async #fetch(key: string, options: FetchOptions = {}): Promise<FetchedFile | undefined> {
    const faults = this.#chosen('fetch', key)
    const { signal } = heard(options, faults)
    for (const fault of faults) if (!('after' in fault)) await strike(fault, signal)
    if (has(faults, 'missing')) return undefined
    const fetched = await this.storage.fetch?.(key, heard(options, faults))
    if (fetched === undefined || faults.length === 0) return fetched
    const stat = this.#told(fetched.stat, faults) as FileStat
    return { stat, body: fetched.body && this.#fetchedBody(key, fetched.body, faults, signal) }
  }

  /** The faults of the call itself have struck by now. */
  #fetchedBody(
    key: string,
    body: FetchedBody,
    all: readonly ChaosFault[],
    signal: AbortSignal | undefined,
  ): FetchedBody {
    const faults = all.filter((fault) => 'after' in fault || !IN_CALL.has(fault.fault))
    const pieces = chaoticBody(() => body, { faults, signal, meddle: (fault) => this.#meddle(key, fault) })
    const broken = faults.find(({ fault }) => fault === 'close')
    return {
      range: body.range,
      cancel() {
        body.cancel()
        if (broken !== undefined) throw errorOf(broken)
      },
      [Symbol.asyncIterator]: () => pieces,
    }
  }

  async #presignedUrl(key: string, options?: PresignOptions): Promise<string> {
    await this.#before('presignedUrl', key)
    // It is only called where there is one.
    return this.storage.presignedUrl?.(key, options) as Promise<string>
  }

  /** Chooses the faults of a call without a body, and does what they say. */
  async #before(method: ChaosMethod, key: string): Promise<readonly ChaosFault[]> {
    const faults = this.#chosen(method, key)
    for (const fault of faults) await strike(fault)
    return faults
  }

  #chosen(method: ChaosMethod, key: string): readonly ChaosFault[] {
    const faults = this.#choose(method, key)
    for (const fault of faults) (this.struck as StruckFault[]).push({ method, key, fault })
    return faults
  }

  #told(stat: FileStat | undefined, faults: readonly ChaosFault[]): FileStat | undefined {
    const wrong = faults.find((fault) => fault.fault === 'size')
    if (stat?.size === undefined || wrong === undefined) return stat
    const told = { ...stat, size: stat.size + wrong.by }
    this.#truth.set(told, stat)
    return told
  }

  async #meddle(key: string, fault: ChaosFault): Promise<void> {
    if (fault.fault === 'vanish') await this.storage.delete(key)
    if (fault.fault === 'replace') await this.storage.save(key, fault.content)
  }
}

const IN_CALL = new Set<ChaosFault['fault']>(['fail', 'stall', 'delay', 'size'])

function checked(plan: ChaosPlan, storage: Storage): ChaosPlan {
  for (const method of ['fetch', 'presignedUrl'] as const) {
    if (plan[method] === undefined || storage[method] !== undefined) continue
    throw new ConfigurationError(`ChaosStorage: a fault of ${method}() is planned, which the wrapped storage has not.`)
  }
  return plan
}

/** The options as a storage hears them: without the signal, if it is deaf. */
function heard<O extends { signal?: AbortSignal | undefined }>(options: O, faults: readonly ChaosFault[]): O {
  return has(faults, 'deaf') ? { ...options, signal: undefined } : options
}
