import type { Awaitable } from '../awaitable.js'
import { ConfigurationError } from '../errors.js'
import type { ObjectModel } from '../views/object.js'
import type { KeyValue, ReadKey } from './key.js'
import { isRefusedValue } from './refused.js'

/** What an ORM has to tell and to do for {@link modelOf}. */
export interface RowSource<T> {
  /** Name of the table, for messages. */
  readonly name: string
  /** Finds how the values of a field are read; `undefined` where there is no such field, or it cannot be a key. */
  readerOf(field: string): Awaitable<ReadKey | undefined>
  /** Finds the rows that have all these values, so many at most. The fields were known to {@link readerOf}. */
  findSome(values: Readonly<Record<string, KeyValue>>, limit: number): Promise<readonly T[]>
}

/**
 * Makes a model that finds only what was asked for, letter by letter.
 *
 * Databases are more generous: MySQL takes "12abc" for 12, collations ignore case and blanks at the end, and PostgreSQL
 * fails for what is no value of a column. So a text is read before the query, and compared with the row after it.
 */
export function modelOf<T extends object>(source: RowSource<T>): ObjectModel<T> {
  return {
    async find(where) {
      const values = await readAll(source, where)
      if (values === undefined) return undefined
      const rows = await findRows(source, values)
      const isMeant = (row: T) => Object.entries(where).every(([field, text]) => spell(source, row, field) === text)
      const [row, other] = rows.filter(isMeant)
      // There may be more of them behind those that only look the same to the database.
      const isCertain = other === undefined && rows.length < SEVERAL
      if (!isCertain) throw ambiguous(source.name, Object.keys(where))
      return row
    },
  }
}

/** Mostly there is one. The others of a collation that takes several texts for the same are sorted out here. */
const SEVERAL = 10

async function findRows<T>(source: RowSource<T>, values: Readonly<Record<string, KeyValue>>): Promise<readonly T[]> {
  try {
    return await source.findSome(values, SEVERAL)
  } catch (error) {
    if (isRefusedValue(error)) return []
    throw error
  }
}

async function readAll(
  source: RowSource<object>,
  where: Readonly<Record<string, unknown>>,
): Promise<Record<string, KeyValue> | undefined> {
  const fields = Object.entries(where)
  // Without a condition, any row would do.
  if (fields.length === 0) throw new ConfigurationError(`${source.name}: there is no field to look for.`)
  const values: Record<string, KeyValue> = {}
  for (const [field, text] of fields) {
    const read = await source.readerOf(field)
    if (read === undefined) throw notAKey(source.name, field)
    // An object here could be an operator of the ORM, such as { $gt: '' }.
    const value = typeof text === 'string' ? read(text) : undefined
    if (value === undefined) return undefined
    values[field] = value
  }
  return values
}

function notAKey(name: string, field: string): ConfigurationError {
  return new ConfigurationError(
    `${name}: "${field}" is no field that can be looked for. Set pkField or slugField to one that holds integers, UUIDs or text, or override getObject().`,
  )
}

/** Any of them could be somebody else's. */
function ambiguous(name: string, fields: readonly string[]): ConfigurationError {
  return new ConfigurationError(
    `${name}: there are several rows with the same ${fields.join(' and ')}. Look for fields that are unique, or say by the conditions of the model which row is meant.`,
  )
}

function spell(source: RowSource<object>, row: object, field: string): string | undefined {
  if (!(field in row))
    throw new ConfigurationError(`${source.name}: the row has no field "${field}". Select it as well.`)
  const value: unknown = (row as Record<string, unknown>)[field]
  // A driver that reads large integers as numbers has rounded this one: it may be another row's.
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return undefined
  return String(value)
}
