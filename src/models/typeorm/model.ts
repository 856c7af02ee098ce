import type { FindOptionsWhere, ObjectLiteral, Repository } from 'typeorm'
import { ConfigurationError } from '../../errors.js'
import type { ObjectModel } from '../../views/object.js'
import { type KeyValue, type ReadKey, readSqlType } from '../key.js'
import { modelOf } from '../model.js'
import { fieldMap, fieldsToLoad, type Selected } from '../select.js'

/** Options of {@link fromTypeOrm}. */
export interface TypeOrmModelOptions<T, K extends string> {
  /** Properties to load, beside those that are looked for. Default: those that the entity selects. */
  select?: readonly K[] | undefined
  /** Conditions that a row has to meet besides. They cannot be on a property that is looked for. */
  where?: FindOptionsWhere<T> | undefined
}

/**
 * Looks up the objects of an `ObjectDownloadView` with TypeORM.
 *
 * ```ts
 * model = fromTypeOrm(dataSource.getRepository(Invoice))
 * ```
 * A key that no row can have, as `12abc` for an integer, finds nothing. Values are compared letter by letter, whatever
 * the collation. Columns of integers, UUIDs and text can be looked for; another one throws `ConfigurationError`.
 */
export function fromTypeOrm<T extends ObjectLiteral, K extends keyof T & string = never>(
  repository: Repository<T>,
  { select, where = {} }: TypeOrmModelOptions<T, K> = {},
): ObjectModel<Selected<T, NoInfer<K>>> {
  return modelOf<T>({
    // Not before it is needed: a data source knows its entities from initialize() on.
    get name() {
      return `fromTypeOrm(${repository.metadata.name})`
    },
    readerOf: (field) => readerOf(repository, field),
    async findSome(values, limit) {
      checkConditions(this.name, where, values)
      const fields = fieldMap(fieldsToLoad(select, values))
      return repository.find({
        take: limit,
        where: { ...where, ...values } as FindOptionsWhere<T>,
        ...(fields && { select: fields as never }),
      })
    },
  }) as ObjectModel<Selected<T, K>>
}

function readerOf<T extends ObjectLiteral>(repository: Repository<T>, field: string): ReadKey | undefined {
  const column = repository.metadata.findColumnWithPropertyName(field)
  if (column === undefined || column.isArray) return undefined
  const { driver } = repository.manager.dataSource
  const type = driver.normalizeType(column)
  return readSqlType(column.unsigned ? `${type} unsigned` : type, { wide: !STRICT.test(driver.options.type) })
}

/** Databases that fail for a number which does not fit into the column. */
const STRICT = /postgres|cockroach|mssql/

/** One of the two would be lost. */
function checkConditions(name: string, where: object, values: Readonly<Record<string, KeyValue>>): void {
  const field = Object.keys(values).find((each) => Object.hasOwn(where, each))
  if (field === undefined) return
  throw new ConfigurationError(
    `${name}: the option \`where\` has a condition on "${field}", which is looked for. Check it in getObject().`,
  )
}
