import type { EntityManager, EntityName, FilterQuery } from '@mikro-orm/core'
import type { ObjectModel } from '../../views/object.js'
import { type ReadKey, readSqlType } from '../key.js'
import { modelOf } from '../model.js'
import { fieldsToLoad, type Selected } from '../select.js'

/** Options of {@link fromMikroOrm}. */
export interface MikroOrmModelOptions<T, K extends string> {
  /** Properties to load, beside those that are looked for. Default: all that are not lazy. */
  select?: readonly K[] | undefined
  /** Conditions that a row has to meet besides, in the words of MikroORM. */
  where?: FilterQuery<T> | undefined
}

/**
 * Looks up the objects of an `ObjectDownloadView` with MikroORM.
 *
 * ```ts
 * model = fromMikroOrm(orm.em, Invoice)
 * ```
 * Each lookup has a fork of the entity manager. Given a function instead, it has the one that this gives back: that of
 * the request, say. A key that no row can have, as `12abc` for an integer, finds nothing. Values are compared letter by
 * letter, whatever the collation. Properties of integers, UUIDs and text can be looked for; another one throws
 * `ConfigurationError`.
 */
export function fromMikroOrm<T extends object, K extends keyof T & string = never>(
  em: EntityManager | (() => EntityManager),
  entity: EntityName<T>,
  { select, where = {} as FilterQuery<T> }: MikroOrmModelOptions<T, K> = {},
): ObjectModel<Selected<T, NoInfer<K>>> {
  return modelOf<T>({
    name: `fromMikroOrm(${nameOf(entity)})`,
    readerOf: (field) => readerOf(typeof em === 'function' ? em() : em, entity, field),
    async findSome(values, limit) {
      const fields = fieldsToLoad(select, values)
      const own = typeof em === 'function' ? em() : em.fork()
      const options = { limit, ...(fields === undefined ? {} : { fields }) } as object
      return (await own.find(entity, { $and: [where, values] } as FilterQuery<T>, options)) as T[]
    },
  }) as ObjectModel<Selected<T, K>>
}

function readerOf<T extends object>(em: EntityManager, entity: EntityName<T>, field: string): ReadKey | undefined {
  const properties: Readonly<Record<string, { columnTypes?: string[] } | undefined>> = em.getMetadata(entity).properties
  const types = Object.hasOwn(properties, field) ? properties[field]?.columnTypes : undefined
  if (types?.length !== 1) return undefined
  // MySQL and SQLite have no schemas, and do no harm to a number that does not fit.
  return readSqlType(types[0] as string, { wide: em.getPlatform().getDefaultSchemaName() === undefined })
}

function nameOf<T extends object>(entity: EntityName<T>): string {
  return typeof entity === 'string' ? entity : String(entity.name)
}
