/**
 * The one place that says how many cases are run and where chance begins.
 *
 * `FUZZ_RUNS` is the number of cases of all properties together, `FUZZ_SEED` what all that is random follows from. A
 * number that is none is an error: a run of nothing would look like a good one.
 */
export function planOf(env: NodeJS.ProcessEnv, defaultRuns: number): Plan {
  return {
    runs: wholeNumber(env['FUZZ_RUNS'], 'FUZZ_RUNS', 1) ?? defaultRuns,
    seed: wholeNumber(env['FUZZ_SEED'], 'FUZZ_SEED', 0) ?? Math.floor(Math.random() * 2 ** 31),
  }
}

/** How much is run, and from which seed. */
export interface Plan {
  readonly runs: number
  readonly seed: number
}

/** Cases of `npm test`, all properties together: a little more than 20,000, in some seconds. */
export const RUNS_OF_TEST = 30_000

/** Cases of a night. */
export const RUNS_OF_NIGHT = 1_000_000

/** Divides the cases among properties by their shares, each rounded up. */
export function divide<P extends { readonly share: number }>(properties: readonly P[], runs: number): Map<P, number> {
  const all = properties.reduce((sum, { share }) => sum + share, 0)
  return new Map(properties.map((property) => [property, Math.ceil((runs * property.share) / all)]))
}

/** Reads a number of an option or of the environment. */
function wholeNumber(text: string | undefined, name: string, min: number): number | undefined {
  if (text === undefined || text === '') return undefined
  const number = Number(text.replaceAll('_', ''))
  if (Number.isSafeInteger(number) && number >= min) return number
  throw new Error(`${name} must be a whole number of ${min} or more, got "${text}".`)
}
