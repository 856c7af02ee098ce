import type { ObjectModel } from '../../views/object.js'
import { type ReadKey, readInteger, readText } from '../key.js'
import { modelOf } from '../model.js'
import { fieldMap, fieldsToLoad, type Selected } from '../select.js'

/**
 * A model of a Prisma client: `prisma.invoice`.
 *
 * Its types are those that every generated client has, so nothing of Prisma is imported: where it is generated to is up
 * to the application.
 */
export interface PrismaModel {
  readonly [types: symbol]: {
    types: { payload: { scalars: object }; operations: { findFirst: { args: unknown } } }
  }
}

/** The row of a model of Prisma, without its relations. */
export type PrismaRow<M extends PrismaModel> = M[symbol]['types']['payload']['scalars']

/** What a model of Prisma takes as `where`. */
export type PrismaWhere<M extends PrismaModel> = M[symbol]['types']['operations']['findFirst']['args'] extends {
  where?: infer W
}
  ? NonNullable<W>
  : never

/** Options of {@link fromPrisma}. */
export interface PrismaModelOptions<M extends PrismaModel, K extends string> {
  /** Fields to load, beside those that are looked for. Default: all, those that hold bytes as well. */
  select?: readonly K[] | undefined
  /** Conditions that a row has to meet besides, in the words of Prisma. */
  where?: PrismaWhere<M> | undefined
}

/**
 * Looks up the objects of an `ObjectDownloadView` with Prisma.
 *
 * ```ts
 * model = fromPrisma(prisma.invoice, { where: { tenantId: 7 } })
 * ```
 * A key that no row can have, as `12abc` for an `Int`, finds nothing. Values are compared letter by letter, whatever the
 * collation. Fields of type `Int`, `BigInt` and `String` can be looked for; another one throws `ConfigurationError`.
 */
export function fromPrisma<M extends PrismaModel, K extends keyof PrismaRow<M> & string = never>(
  model: M,
  { select, where }: PrismaModelOptions<M, K> = {},
): ObjectModel<Selected<PrismaRow<M>, NoInfer<K>>> {
  const delegate = model as unknown as Delegate<Selected<PrismaRow<M>, K>>
  return modelOf({
    name: `fromPrisma(${delegate.name})`,
    readerOf: (field) => READERS.get(typeOf(delegate, field)),
    async findSome(values, limit) {
      const args = { where: { AND: [where ?? {}, values] }, ...selectOf(fieldsToLoad(select, values)), take: limit }
      return delegate.findMany(args)
    },
  })
}

/** What a model of Prisma has at run time. */
interface Delegate<T> {
  readonly name: string
  readonly fields: Readonly<Record<string, { readonly typeName: string; readonly isList: boolean } | undefined>>
  findMany(args: object): Promise<T[]>
}

const READERS: ReadonlyMap<string, ReadKey> = new Map([
  ['Int', readInteger(32)],
  ['BigInt', readInteger(64)],
  ['String', readText],
])

function typeOf({ fields }: Delegate<unknown>, field: string): string {
  const found = Object.hasOwn(fields, field) ? fields[field] : undefined
  return found === undefined || found.isList ? '' : found.typeName
}

function selectOf(fields: readonly string[] | undefined): object {
  return fields === undefined ? {} : { select: fieldMap(fields) }
}
