import type { Attributes, Model, ModelStatic, Sequelize, WhereOptions } from 'sequelize'
import { ConfigurationError } from '../../errors.js'
import type { ObjectModel } from '../../views/object.js'
import { type ReadKey, readSqlType } from '../key.js'
import { modelOf } from '../model.js'
import { fieldsToLoad, type Selected } from '../select.js'

/** Options of {@link fromSequelize}. */
export interface SequelizeModelOptions<T extends Model, K extends string> {
  /** Attributes to load, beside those that are looked for. Default: all, those that hold bytes as well. */
  select?: readonly K[] | undefined
  /** Conditions that a row has to meet besides, in the words of Sequelize. */
  where?: WhereOptions<Attributes<T>> | undefined
}

/**
 * Looks up the objects of an `ObjectDownloadView` with Sequelize.
 *
 * ```ts
 * model = fromSequelize(Invoice)
 * ```
 * A key that no row can have, as `12abc` for an `INTEGER`, finds nothing. Values are compared letter by letter, whatever
 * the collation. Attributes of integers, UUIDs and text can be looked for; another one throws `ConfigurationError`.
 */
export function fromSequelize<T extends Model, K extends keyof Attributes<T> & string = never>(
  model: ModelStatic<T>,
  { select, where = {} as WhereOptions<Attributes<T>> }: SequelizeModelOptions<T, K> = {},
): ObjectModel<Selected<T, NoInfer<K>>> {
  return modelOf<T>({
    name: `fromSequelize(${model.name})`,
    readerOf: (field) => readerOf(model, field),
    async findSome(values, limit) {
      const { and } = sequelizeOf(model).constructor as typeof Sequelize
      const attributes = fieldsToLoad(select, values)
      // Twice, since only the inner one puts a literal with an OR into parentheses.
      return model.findAll({ where: and(and(where), values) as never, limit, ...(attributes && { attributes }) })
    },
  }) as ObjectModel<Selected<T, K>>
}

function readerOf<T extends Model>(model: ModelStatic<T>, field: string): ReadKey | undefined {
  const attributes: Readonly<Record<string, { type: unknown } | undefined>> = model.getAttributes()
  const type = Object.hasOwn(attributes, field) ? attributes[field]?.type : undefined
  if (!hasSqlName(type)) return undefined
  return readSqlType(type.toSql(), { wide: sequelizeOf(model).getDialect() === 'sqlite' })
}

function hasSqlName(type: unknown): type is { toSql(): string } {
  return typeof type === 'object' && type !== null && 'toSql' in type && typeof type.toSql === 'function'
}

function sequelizeOf<T extends Model>(model: ModelStatic<T>): Sequelize {
  if (model.sequelize !== undefined) return model.sequelize
  throw new ConfigurationError(
    `fromSequelize(${model.name}): the model is not set up. Call ${model.name}.init() first.`,
  )
}
