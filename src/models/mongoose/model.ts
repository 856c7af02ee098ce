import type { Model, QueryFilter } from 'mongoose'
import type { ObjectModel } from '../../views/object.js'
import { type KeyValue, type ReadKey, readInteger, readText, readUuid } from '../key.js'
import { modelOf } from '../model.js'
import { fieldsToLoad, type Selected } from '../select.js'

/** Options of {@link fromMongoose}. */
export interface MongooseModelOptions<Raw, K extends string> {
  /** Paths to load, beside those that are looked for and `_id`. Default: those that the schema selects. */
  select?: readonly K[] | undefined
  /** Conditions that a document has to meet besides, in the words of Mongoose. */
  where?: QueryFilter<Raw> | undefined
}

/**
 * Looks up the objects of an `ObjectDownloadView` with Mongoose. They are documents, not plain objects.
 *
 * ```ts
 * model = fromMongoose(Invoice)
 * ```
 * `id` stands for `_id`, as in the documents. A key that no document can have, as twelve letters for an `ObjectId`,
 * finds nothing, and values are compared letter by letter. Paths of type `ObjectId`, `String`, `Number`, `BigInt`,
 * `Int32` and `UUID` can be looked for; another one throws `ConfigurationError`.
 */
export function fromMongoose<Raw, Q, I, V, Doc extends object, S, L, K extends keyof Doc & string = never>(
  model: Model<Raw, Q, I, V, Doc, S, L>,
  { select, where = {} as QueryFilter<Raw> }: MongooseModelOptions<Raw, K> = {},
): ObjectModel<Selected<Doc, NoInfer<K>>> {
  const { schema } = model as unknown as { schema: AnySchema }
  return modelOf<Doc>({
    name: `fromMongoose(${model.modelName})`,
    readerOf: (field) => READERS[schema.path(pathOf(schema, field))?.instance ?? ''],
    async findSome(values, limit) {
      const filter = Object.fromEntries(Object.entries(values).map(([field, value]) => [pathOf(schema, field), value]))
      const fields = fieldsToLoad(select, filter)
      const query = model.find({ $and: [where, filter] } as QueryFilter<Raw>).limit(limit)
      return (await (fields === undefined ? query : query.select(fields))) as Doc[]
    },
  }) as ObjectModel<Selected<Doc, K>>
}

/** By the name that Mongoose has for the type of a path. */
const READERS: Readonly<Record<string, ReadKey | undefined>> = {
  ObjectId: (text) => (/^[\da-f]{24}$/.test(text) ? text : undefined),
  String: readText,
  Number: (text) => safe(readInteger(54)(text)),
  Int32: readInteger(32),
  BigInt: readInteger(64),
  UUID: readUuid,
}

/** A double holds no other ones exactly. */
function safe(value: KeyValue | undefined): KeyValue | undefined {
  return Number.isSafeInteger(value) ? value : undefined
}

/** What is needed of a schema, whatever its many types are. */
interface AnySchema {
  path(path: string): { readonly instance: string } | undefined
}

function pathOf(schema: AnySchema, field: string): string {
  return field === 'id' && schema.path('id') === undefined ? '_id' : field
}
