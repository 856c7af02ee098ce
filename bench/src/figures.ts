import type { Machine } from './machine.js'
import type { Measurement } from './measure.js'

/** What a run has found, as it is kept beside the page. */
export interface Figures {
  readonly date: string
  readonly machine: Machine
  readonly rounds: number
  /** Milliseconds of each round, after the warm-up. */
  readonly milliseconds: number
  readonly works: readonly WorkFigures[]
}

export interface WorkFigures {
  readonly name: string
  readonly contenders: readonly ContenderFigures[]
}

export interface ContenderFigures {
  readonly name: string
  /** Why it does not take part, where it does not do this work. */
  readonly fault?: string | undefined
  /** One entry for each round; `undefined` in JSON is `null`: that round failed. */
  readonly rounds: readonly (Measurement | null)[]
  /** What was wrong in the rounds that failed. */
  readonly failures: readonly string[]
}

/** A number that a measurement gives. */
export type Quantity = (measurement: Measurement) => number

export const perSecond: Quantity = (measurement) => measurement.perSecond
export const cpu: Quantity = (measurement) => Object.values(measurement.cpu).reduce((sum, each) => sum + each, 0)
export const memory: Quantity = (measurement) => measurement.memory
export const p99: Quantity = (measurement) => measurement.p99

/** Finds the figures of a contender for a work, if it took part and every round was right. */
export function roundsOf(
  figures: Pick<Figures, 'works'>,
  work: string,
  name: string,
): readonly Measurement[] | undefined {
  const found = figures.works.find((each) => each.name === work)?.contenders.find((each) => each.name === name)
  return found === undefined || !isWhole(found) ? undefined : (found.rounds as readonly Measurement[])
}

/** Tells whether a contender did all of its rounds without a wrong answer. */
export function isWhole({ fault, rounds }: ContenderFigures): boolean {
  return fault === undefined && rounds.length > 0 && rounds.every((each) => each !== null)
}

/** The median over rounds of a quantity. */
export function medianOf(rounds: readonly Measurement[], quantity: Quantity): number {
  return median(rounds.map(quantity))
}

/**
 * The median over rounds of the ratio of two contenders in the same round, so that what slows the machine for a while
 * cancels out.
 */
export function ratioOf(rounds: readonly Measurement[], others: readonly Measurement[], quantity: Quantity): number {
  return median(
    rounds.slice(0, others.length).map((each, round) => quantity(each) / quantity(others[round] as Measurement)),
  )
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2
}
