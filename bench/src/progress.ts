import type { Times } from './measure.js'
import type { Work } from './works.js'

/** Tells what runs, and how long it will still take. */
export class Progress {
  readonly #rounds: number
  readonly #turns: number
  readonly #expected: number
  #done = 0
  #begun: number | undefined
  #last = ''

  constructor(works: readonly Work[], rounds: number, { warmUp, measured }: Times) {
    this.#rounds = rounds
    this.#turns = rounds * works.reduce((sum, { contenders }) => sum + contenders.length, 0)
    this.#expected = warmUp + measured + OF_WRK
  }

  /** A contender's turn begins. */
  turn({ title }: Work, name: string, round: number): void {
    this.#begun ??= Date.now()
    const text = `${title}: round ${round + 1} of ${this.#rounds}`
    const left = `about ${minutes(this.#left())} left`
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${text}, ${left}, ${name}`)
    // Elsewhere, such as in a log, a line for each round is enough.
    else if (text !== this.#last) console.log(`${text}, ${left}`)
    this.#last = text
    this.#done++
  }

  /** Makes room for other output. */
  clear(): void {
    if (process.stdout.isTTY) process.stdout.write('\r\x1b[K')
  }

  /** Milliseconds, by what turns have taken so far; those that a contender does not take part in are soon over. */
  #left(): number {
    const taken = this.#done === 0 ? this.#expected : (Date.now() - (this.#begun ?? 0)) / this.#done
    return taken * (this.#turns - this.#done)
  }
}

/** Milliseconds that wrk takes to begin and to end, twice. */
const OF_WRK = 150

function minutes(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000)
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}
