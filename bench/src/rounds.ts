import { type Contender, contender } from './contenders.js'
import type { ContenderFigures, WorkFigures } from './figures.js'
import { Fleet } from './fleet.js'
import { type Measurement, measure, type Times } from './measure.js'
import { type Proof, probe } from './probe.js'
import type { Work } from './works.js'

/** How works are measured. */
export interface RoundsOptions {
  /** The folder of the files. */
  readonly root: string
  readonly rounds: number
  readonly times: Times
  /** Called when it is a contender's turn. */
  readonly onTurn: (work: Work, name: string, round: number) => void
}

/**
 * Measures works in rounds. In each, every contender has its turn at every work, and each round another one is the
 * first.
 */
export async function runTogether(works: readonly Work[], options: RoundsOptions): Promise<WorkFigures[]> {
  const fleet = new Fleet(options.root)
  try {
    const entries = await Promise.all(works.flatMap((work) => work.contenders.map((name) => enter(work, name, fleet))))
    for (let round = 0; round < options.rounds; round++) {
      for (const work of works) await runRound(work, entries, round, fleet, options)
    }
    return works.map((work) => ({ name: work.name, contenders: entriesOf(work, entries).map(figuresOf) }))
  } finally {
    await fleet.stop()
  }
}

/** The same in another order: who was second becomes first. */
export function rotated<T>(all: readonly T[], by: number): T[] {
  const from = by % Math.max(1, all.length)
  return [...all.slice(from), ...all.slice(0, from)]
}

/** A contender on its way through the rounds of a work. */
interface Entry {
  readonly work: Work
  readonly contender: Contender
  /** What it has proved; `undefined` when it does not do this work. */
  readonly proof?: Proof
  readonly fault?: string
  readonly rounds: (Measurement | null)[]
  readonly failures: string[]
}

/** Starts a contender, unless it runs, and looks whether it does the work. */
async function enter(work: Work, name: string, fleet: Fleet): Promise<Entry> {
  const entry = { work, contender: contender(name), rounds: [], failures: [] }
  try {
    const { port } = await fleet.server(entry.contender, work.origin)
    return { ...entry, proof: await probe(work, port) }
  } catch (error) {
    return { ...entry, fault: messageOf(error) }
  }
}

async function runRound(
  work: Work,
  entries: readonly Entry[],
  round: number,
  fleet: Fleet,
  options: RoundsOptions,
): Promise<void> {
  for (const entry of rotated(entriesOf(work, entries), round)) {
    if (entry.proof === undefined) continue
    options.onTurn(work, entry.contender.name, round)
    try {
      entry.rounds[round] = await runTurn(entry, entry.proof, round, fleet, options.times)
    } catch (error) {
      entry.rounds[round] = null
      entry.failures.push(messageOf(error))
    }
  }
}

async function runTurn(
  { work, contender }: Entry,
  proof: Proof,
  round: number,
  fleet: Fleet,
  times: Times,
): Promise<Measurement> {
  if (!work.fresh) return measure(work, await fleet.server(contender, work.origin), proof, times, round)
  const server = await fleet.start(contender, work.origin)
  try {
    return await measure(work, server, proof, times, round)
  } finally {
    await server.stop()
  }
}

function entriesOf(work: Work, entries: readonly Entry[]): Entry[] {
  return entries.filter((entry) => entry.work === work)
}

function figuresOf({ contender: { name }, fault, rounds, failures }: Entry): ContenderFigures {
  return { name, ...(fault === undefined ? {} : { fault }), rounds, failures }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
