import {
  and,
  type Column,
  eq,
  getTableColumns,
  getTableName,
  type InferSelectModel,
  type SQL,
  sql,
  type Table,
} from 'drizzle-orm'
import type { ObjectModel } from '../../views/object.js'
import { readSqlType } from '../key.js'
import { modelOf } from '../model.js'
import { fieldsToLoad, type Selected } from '../select.js'

/** A database or a transaction of Drizzle, of any driver. */
export interface DrizzleDatabase {
  select: (...fields: never[]) => unknown
}

/** The row of a table of Drizzle, as a `select()` gives it. */
export type DrizzleRow<T extends Table> = InferSelectModel<T>

/** Options of {@link fromDrizzle}. */
export interface DrizzleModelOptions<K extends string> {
  /** Fields to load, beside those that are looked for. Default: all, those that hold bytes as well. */
  select?: readonly K[] | undefined
  /** A condition that a row has to meet besides: `eq(invoices.tenantId, 7)`. */
  where?: SQL | undefined
}

/**
 * Looks up the objects of an `ObjectDownloadView` with Drizzle.
 *
 * ```ts
 * model = fromDrizzle(db, invoices)
 * ```
 * A key that no row can have, as `12abc` for an integer, finds nothing. Values are compared letter by letter, whatever
 * the collation. Columns of integers, UUIDs and text can be looked for; another one throws `ConfigurationError`.
 */
export function fromDrizzle<T extends Table, K extends keyof DrizzleRow<T> & string = never>(
  db: DrizzleDatabase,
  table: T,
  { select, where }: DrizzleModelOptions<K> = {},
): ObjectModel<Selected<DrizzleRow<T>, NoInfer<K>>> {
  type Row = Selected<DrizzleRow<T>, K> & object
  const columns: Readonly<Record<string, Column>> = getTableColumns(table)
  const selecting = db as unknown as Selecting<Row>
  return modelOf<Row>({
    name: `fromDrizzle(${getTableName(table)})`,
    readerOf: (field) => (Object.hasOwn(columns, field) ? readerOf(columns[field] as Column) : undefined),
    async findSome(values, limit) {
      const conditions = Object.entries(values).map(([field, value]) => eq(columns[field] as Column, value))
      const fields = fieldsToLoad(select, values) ?? Object.keys(columns)
      const chosen = Object.fromEntries(fields.map((field) => [field, columns[field]]))
      return selecting
        .select(chosen)
        .from(table)
        .where(and(where && sql`(${where})`, ...conditions))
        .limit(limit)
    },
  }) as ObjectModel<Selected<DrizzleRow<T>, K>>
}

/** What a database of Drizzle has, whatever its driver. */
interface Selecting<T> {
  select(fields: object): {
    from(table: Table): { where(condition: SQL | undefined): { limit(count: number): PromiseLike<T[]> } }
  }
}

function readerOf(column: Column) {
  return readSqlType(column.getSQLType(), { wide: !column.columnType.startsWith('Pg') })
}
