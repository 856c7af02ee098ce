/**
 * Tells whether a database refused a value, so that no row can have it.
 *
 * What we know of a column is coarser than what the database has: a `String` of Prisma may be a UUID there, and a text
 * may be kept in a character set that lacks half of the characters which an address can hold.
 */
export function isRefusedValue(error: unknown): boolean {
  for (const each of withCauses(error)) if (REFUSALS.has(each.code)) return true
  return false
}

const REFUSALS: ReadonlySet<unknown> = new Set([
  ...['P2007', 'P2020'], // Prisma: invalid value, out of range
  ...['22003', '22P02', '22P05', '22021'], // PostgreSQL: out of range, no such text, no such character in its encoding
  'ER_CANT_AGGREGATE_2COLLATIONS', // MySQL: no such character in the character set of the column
])

type Coded = Partial<Record<'code' | (typeof CAUSES)[number], unknown>>

/** Under these names ORMs keep the error of the driver. */
const CAUSES = ['cause', 'driverError', 'original', 'previous'] as const

function* withCauses(error: unknown, depth = 0): Generator<Coded> {
  // A chain may lead back to its start.
  if (typeof error !== 'object' || error === null || depth > 3) return
  yield error as Coded
  for (const name of CAUSES) yield* withCauses((error as Coded)[name], depth + 1)
}
