import type { Knex } from 'knex'
import type { ObjectModel } from '../../views/object.js'
import { ColumnTypes, type TypesOfColumns } from '../column-types.js'
import { readSqlType } from '../key.js'
import { modelOf } from '../model.js'

/** Options of {@link fromKnex}. */
export interface KnexModelOptions {
  /**
   * Types in SQL of the columns that are looked for: `{ id: 'integer' }`. Default: the database is asked, once for each
   * table. Columns that are renamed on their way, or that a join brings, make them necessary.
   */
  types?: Readonly<Record<string, string>> | undefined
}

/**
 * Looks up the objects of an `ObjectDownloadView` with Knex, among the rows of a query.
 *
 * ```ts
 * model = fromKnex(knex<Invoice>('invoices'))
 * ```
 * Conditions and columns are those of the query: `knex<Invoice>('invoices').where({ tenantId: 7 }).select('id', 'pdf')`.
 * What is looked for has to be among them. A key that no row can have, as `12abc` for an integer, finds nothing. Values
 * are compared letter by letter, whatever the collation. Columns of integers, UUIDs and text can be looked for; another
 * one throws `ConfigurationError`.
 */
export function fromKnex<T extends object, R>(
  query: Knex.QueryBuilder<T, R>,
  { types = {} }: KnexModelOptions = {},
): ObjectModel<KnexRow<Knex.QueryBuilder<T, R>>> {
  const rows = query as unknown as Rows
  return modelOf<KnexRow<Knex.QueryBuilder<T, R>>>({
    name: 'fromKnex()',
    async readerOf(field) {
      const type = Object.hasOwn(types, field) ? types[field] : (await typesOf(rows))[field]
      return type === undefined ? undefined : readSqlType(type, { wide: WIDE.test(rows.client.dialect) })
    },
    async findSome(values, limit) {
      // Around the query, not into it: an OR of its conditions would swallow ours.
      return rows.client.queryBuilder().select('*').from(rows.clone().as('found')).where(values).limit(limit)
    },
  })
}

/** A row of a query of Knex. */
export type KnexRow<Q> = Awaited<Q> extends (infer Row extends object)[] ? Row : never

/** What a query of Knex has at run time. */
type Rows = Knex.QueryBuilder & {
  readonly client: { readonly dialect: string; queryBuilder(): Knex.QueryBuilder }
}

const known = new ColumnTypes()

function typesOf(rows: Rows): Promise<TypesOfColumns> {
  const question = rows.clone().columnInfo()
  return known.of(rows.client, question.toString(), async () => {
    const columns: Readonly<Record<string, { readonly type: string }>> = await question
    return Object.assign(
      Object.create(null),
      Object.fromEntries(Object.entries(columns).map(([name, { type }]) => [name, type])),
    )
  })
}

/** What these say of their integers does not tell how large they may be. */
const WIDE = /sqlite|mysql/
