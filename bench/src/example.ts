import type { ContenderFigures, Figures } from './figures.js'
import type { Measurement } from './measure.js'

/** A measurement for tests: so many answers a second at so many microseconds. */
export function measurement(perSecond: number, cpu: number, more: Partial<Measurement> = {}): Measurement {
  return { perSecond, cpu: { node: cpu }, memory: 2 ** 20, p50: 1, p99: 2, ...more }
}

/** A contender for tests, with all of its rounds. */
export function did(name: string, ...rounds: readonly (Measurement | null)[]): ContenderFigures {
  return { name, rounds, failures: rounds.includes(null) ? ['1 × status'] : [] }
}

/** Figures for tests. */
export function figures(works: Readonly<Record<string, readonly ContenderFigures[]>>): Figures {
  return {
    date: '2026-01-31',
    machine: { cpu: 'Example', cores: 2, memory: '8 GiB', kernel: 'Linux 6', node: '20.0.0' },
    rounds: 3,
    milliseconds: 2000,
    works: Object.entries(works).map(([name, contenders]) => ({ name, contenders })),
  }
}
