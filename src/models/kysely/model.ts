import type { Expression, ExpressionBuilder, Kysely, Selectable, SqlBool, TableMetadata } from 'kysely'
import type { ObjectModel } from '../../views/object.js'
import { ColumnTypes } from '../column-types.js'
import { type ReadKey, readSqlType } from '../key.js'
import { modelOf } from '../model.js'
import { fieldsToLoad, type Selected } from '../select.js'

/** Options of {@link fromKysely}. */
export interface KyselyModelOptions<DB, TB extends keyof DB & string, K extends string> {
  /** Columns to load, beside those that are looked for. Default: all, those that hold bytes as well. */
  select?: readonly K[] | undefined
  /** A condition that a row has to meet besides: `(eb) => eb('tenant_id', '=', 7)`. */
  where?: ((builder: ExpressionBuilder<DB, TB>) => Expression<SqlBool>) | undefined
  /**
   * Types in SQL of the columns that are looked for: `{ id: 'integer' }`. Default: the database is asked, once for each
   * table. A plugin that renames columns makes them necessary, and so does a table that two schemas have.
   */
  types?: Readonly<Partial<Record<keyof Selectable<DB[TB]> & string, string>>> | undefined
}

/**
 * Looks up the objects of an `ObjectDownloadView` with Kysely.
 *
 * ```ts
 * model = fromKysely(db, 'invoices')
 * ```
 * A key that no row can have, as `12abc` for an integer, finds nothing. Values are compared letter by letter, whatever
 * the collation. Columns of integers, UUIDs and text can be looked for; another one throws `ConfigurationError`.
 */
export function fromKysely<DB, TB extends keyof DB & string, K extends keyof Selectable<DB[TB]> & string = never>(
  db: Kysely<DB>,
  table: TB,
  { select, where, types }: KyselyModelOptions<DB, TB, K> = {},
): ObjectModel<Selected<Selectable<DB[TB]>, NoInfer<K>>> {
  type Row = Selected<Selectable<DB[TB]>, K> & object
  // The builder cannot follow a table and columns that are not known yet.
  const plain = db as unknown as Kysely<{ rows: Record<string, unknown> }>
  return modelOf<Row>({
    name: `fromKysely(${table})`,
    readerOf: async (field) => readerOf((types && own(types, field)) ?? (await typesOf(db, table))[field]),
    async findSome(values, limit) {
      const fields = fieldsToLoad(select, values)
      const rows = plain
        .selectFrom(table as 'rows')
        .where((eb) =>
          eb.and([
            ...(where === undefined ? [] : [eb.parens(where(eb as unknown as ExpressionBuilder<DB, TB>))]),
            ...Object.entries(values).map(([field, value]) => eb(field, '=', value)),
          ]),
        )
      const chosen = fields === undefined ? rows.selectAll() : rows.select(fields)
      return (await chosen.limit(limit).execute()) as Row[]
    },
  }) as ObjectModel<Selected<Selectable<DB[TB]>, K>>
}

const known = new ColumnTypes()

function typesOf<DB>(db: Kysely<DB>, name: string): Promise<Readonly<Record<string, string | undefined>>> {
  return known.of(db, name, async () => {
    const tables = (await db.introspection.getTables()).filter((table) => isNamed(table, name))
    const types: Record<string, string | undefined> = Object.create(null)
    for (const { name: column, dataType } of tables.flatMap(({ columns }) => columns)) {
      // Which of two schemas is meant cannot be known.
      types[column] = column in types && types[column] !== dataType ? undefined : dataType
    }
    return types
  })
}

function isNamed({ schema, name }: TableMetadata, table: string): boolean {
  return table.includes('.') ? table === `${schema}.${name}` : table === name
}

/** PostgreSQL calls its integers "int4" and the like here, so that any other name comes from a more generous database. */
function readerOf(type: string | undefined): ReadKey | undefined {
  return type === undefined ? undefined : readSqlType(type, { wide: !/^int\d$/.test(type) })
}

function own<T>(values: Readonly<Partial<Record<string, T>>>, field: string): T | undefined {
  return Object.hasOwn(values, field) ? values[field] : undefined
}
