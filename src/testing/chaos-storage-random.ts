import type { BodyFault, ChaosFault, ChaosMethod, Chooser } from './chaos-storage-plan.js'

/** Options of `ChaosStorage.random()`. */
export interface RandomChaosOptions {
  /**
   * Decides all: the same seed gives the same faults to the same calls. Each key counts its own calls, so that it does not
   * matter in which order several downloads come. Default: another one each time.
   */
  seed?: number | undefined
  /** How many of the calls go wrong, from 0 to 1. Default: `0.2`. */
  chance?: number | undefined
  /**
   * What may go wrong. Default: all but `stall`, `deaf` and `delay`, for which a test needs time limits of its own.
   */
  faults?: readonly RandomFault[] | undefined
  /** The methods that may go wrong. Default: those that read: `stat`, `open`, `fetch`. */
  methods?: readonly ChaosMethod[] | undefined
  /** Faults in a body strike before this byte. Default: `65536`. */
  within?: number | undefined
  /** Is told the seed, so that a failed test can be repeated. Default: `console.info`. */
  log?: ((line: string) => void) | undefined
}

/** A fault that can be left to chance. */
export type RandomFault = Exclude<ChaosFault['fault'], 'replace' | 'vanish'>

/** Chooses by chance, as a seed says. */
export function chooseAtRandom({
  seed = Math.floor(Math.random() * 2 ** 32),
  chance = 0.2,
  faults = DEFAULT_FAULTS,
  methods = ['stat', 'open', 'fetch'],
  within = 65_536,
  log = (line) => console.info(line),
}: RandomChaosOptions = {}): { readonly seed: number; readonly choose: Chooser } {
  log(`ChaosStorage: seed ${seed}`)
  const counts = new Map<string, number>()
  const choose: Chooser = (method, key) => {
    const name = `${method} ${key}`
    const call = (counts.get(name) ?? 0) + 1
    counts.set(name, call)
    if (!methods.includes(method)) return []
    const next = numbers(`${seed} ${call} ${name}`)
    const possible = faults.filter((fault) => FAULTS_OF[method].includes(fault))
    const fault = possible[Math.floor(next() * possible.length)]
    return next() < chance && fault !== undefined ? [filledIn(method, fault, next, within)] : []
  }
  return { seed, choose }
}

const CALL_FAULTS: readonly RandomFault[] = ['fail', 'stall', 'delay']
const BODY_FAULTS: readonly RandomFault[] = [
  ...CALL_FAULTS,
  ...(['missing', 'truncate', 'extend', 'garbage', 'empty-pieces', 'single-bytes', 'close', 'deaf'] as const),
]

const FAULTS_OF: Readonly<Record<ChaosMethod, readonly RandomFault[]>> = {
  stat: [...CALL_FAULTS, 'missing', 'size'],
  open: BODY_FAULTS,
  fetch: [...BODY_FAULTS, 'size'],
  presignedUrl: CALL_FAULTS,
  save: [...CALL_FAULTS, 'truncate', 'deaf', 'lost-answer'],
  exists: CALL_FAULTS,
  delete: [...CALL_FAULTS, 'lost-answer'],
  list: CALL_FAULTS,
}

const DEFAULT_FAULTS = [...new Set(Object.values(FAULTS_OF).flat())].filter(
  (fault) => !['stall', 'deaf', 'delay'].includes(fault),
)

const IN_BODIES: readonly ChaosMethod[] = ['open', 'fetch', 'save']

function filledIn(method: ChaosMethod, fault: RandomFault, next: () => number, within: number): ChaosFault {
  const after = Math.floor(next() * within)
  if (fault === 'truncate') return { fault, after }
  if (fault === 'garbage') return { fault, after }
  if (fault === 'extend') return { fault, by: 1 + after }
  if (fault === 'size') return { fault, by: next() < 0.5 ? -1 : 1 }
  if (fault === 'delay') return { fault, milliseconds: Math.floor(next() * 20) }
  if ((fault === 'fail' || fault === 'stall') && IN_BODIES.includes(method)) return { fault, after }
  return { fault } as Exclude<BodyFault, { by: number }> as ChaosFault
}

/** Numbers from 0 to 1 that follow from a text: FNV-1a for the start, then mulberry32. */
function numbers(text: string): () => number {
  let state = 0x811c9dc5
  for (let index = 0; index < text.length; index++) state = Math.imul(state ^ text.charCodeAt(index), 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
