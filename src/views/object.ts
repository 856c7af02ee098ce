import type { Awaitable } from '../awaitable.js'
import { ConfigurationError, FileNotFoundError } from '../errors.js'
import { ContentFile } from '../files/content.js'
import { FieldFile } from '../files/field.js'
import type { DownloadFile } from '../files/file.js'
import { StorageFile } from '../files/storage.js'
import type { Params } from '../handler.js'
import type { Storage } from '../storages/storage.js'
import { kindOf } from '../wrong-use.js'
import { DownloadView } from './base.js'
import { missingParam, paramOf } from './params.js'

/** Where a view looks up its object: a table, a collection, a repository. */
export interface ObjectModel<T> {
  /** Finds the one object whose fields have these values, as they came from the address. */
  find(where: Readonly<Record<string, string>>): Awaitable<T | null | undefined>
}

/**
 * Serves a file that belongs to an object: a row of a database, a document.
 *
 * The field may hold a name in {@link storage}, a file wrapper, or the bytes themselves.
 */
export class ObjectDownloadView<
  T extends object = Record<string, unknown>,
  P extends Params = Params,
> extends DownloadView<P> {
  /** Where the object is looked up. */
  model: ObjectModel<T> | undefined
  /** Storage of the names that {@link fileField} holds. */
  storage: Storage | undefined
  /** Field that holds the file. */
  fileField: FieldOf<T> = 'file' as FieldOf<T>
  /** Field that holds the name that the file is offered under. An empty one counts as not there, here and below. */
  basenameField: FieldOf<T> | undefined
  /** Field that holds the content coding of the bytes. */
  encodingField: FieldOf<T> | undefined
  /** Field that holds the media type. */
  mimeTypeField: FieldOf<T> | undefined
  /** Field that holds the charset of text. */
  charsetField: FieldOf<T> | undefined
  /**
   * Field that holds the time of the last change: a `Date`, milliseconds since the epoch, or an ISO 8601 text, which is
   * UTC unless it names another zone.
   */
  modificationTimeField: FieldOf<T> | undefined
  /** Field that holds the number of bytes. It is only asked where the file cannot tell its own size. */
  sizeField: FieldOf<T> | undefined
  /** Field of the primary key. */
  pkField = 'id'
  /** Parameter of the route that holds the primary key. Default: `pk`, else `id`. */
  pkParam: string | undefined
  /** Field of the slug. */
  slugField = 'slug'
  /** Parameter of the route that holds the slug. */
  slugParam = 'slug'
  /** `true` looks for the slug also where there is a primary key; both then have to fit. */
  queryPkAndSlug = false

  #object: T | undefined

  override checkOptions(): void {
    const { getModel, getObject } = ObjectDownloadView.prototype
    if (this.getModel !== getModel || this.getObject !== getObject) return
    if (this.model === undefined) throw noModel(this.constructor.name)
    assertModel(this.model, this.constructor.name)
  }

  /** The object, once {@link getFile} has found it. */
  get object(): T {
    if (this.#object !== undefined) return this.#object
    throw new ConfigurationError(`${this.constructor.name} has no object yet: it is there after getObject().`)
  }

  /** Finds the object. The default looks it up in {@link model}, by primary key or slug from the route. */
  async getObject(): Promise<T> {
    const object = await this.getModel().find(this.getLookup())
    if (object === undefined || object === null) throw new FileNotFoundError()
    return object
  }

  /** Finds the model. The default gives back {@link model}. */
  getModel(): ObjectModel<T> {
    if (this.model !== undefined) return this.model
    throw noModel(this.constructor.name)
  }

  /** Finds the fields to look for, and their values. */
  getLookup(): Record<string, string> {
    const pkParams = this.pkParam === undefined ? ['pk', 'id'] : [this.pkParam]
    const pk = pkParams.map((name) => paramOf(this.params, name)).find((value) => value !== undefined)
    const slug = paramOf(this.params, this.slugParam)
    const lookup: Record<string, string> = {}
    if (pk !== undefined) lookup[this.pkField] = pk
    if (slug !== undefined && (pk === undefined || this.queryPkAndSlug)) lookup[this.slugField] = slug
    if (Object.keys(lookup).length > 0) return lookup
    throw missingParam(this, [...pkParams, this.slugParam], 'override getObject()')
  }

  /** Finds the storage of stored names. The default gives back {@link storage}. */
  getStorage(): Awaitable<Storage> {
    if (this.storage !== undefined) return this.storage
    throw new ConfigurationError(
      `${this.constructor.name}: field "${this.fileField}" holds a name, but there is no storage to look in. Set \`storage\`.`,
    )
  }

  override async getFile(): Promise<DownloadFile> {
    this.#object = await this.getObject()
    return new FieldFile(await this.#fileOf(this.#field(this.fileField)), {
      contentType: this.#text(this.mimeTypeField),
      modifiedTime: toDate(this.#field(this.modificationTimeField)),
      size: toSize(this.#field(this.sizeField)),
    })
  }

  override getBasename(): Awaitable<string | undefined> {
    return this.basename || this.#text(this.basenameField)
  }

  override getCharset(): Awaitable<string | undefined> {
    return this.#text(this.charsetField) ?? this.charset
  }

  override getEncoding(): Awaitable<string | undefined> {
    return this.encoding || this.#text(this.encodingField)
  }

  async #fileOf(value: unknown): Promise<DownloadFile> {
    if (value === undefined || value === null || value === '') throw new FileNotFoundError()
    if (typeof value === 'string') return new StorageFile(await this.getStorage(), value)
    if (value instanceof Uint8Array || value instanceof ArrayBuffer) return new ContentFile(value)
    if (isDownloadFile(value)) return value
    throw new ConfigurationError(
      `${this.constructor.name}: field "${this.fileField}" holds a ${typeof value}. It may hold a stored name, bytes, or a file.`,
    )
  }

  #text(name: FieldOf<T> | undefined): string | undefined {
    const value = this.#field(name)
    return value === undefined || value === null || value === '' ? undefined : String(value)
  }

  #field(name: FieldOf<T> | undefined): unknown {
    if (name === undefined) return undefined
    if (name in this.object) return (this.object as Record<string, unknown>)[name]
    throw new ConfigurationError(`${this.constructor.name}: the object has no field "${name}".`)
  }
}

/** What a model finds: `ObjectOf<typeof invoices>`. */
export type ObjectOf<Model> = Model extends ObjectModel<infer T> ? T : never

/** The names of the fields of an object; any name for an `object` of which nothing is known. */
export type FieldOf<T> = object extends T ? string : keyof T & string

function assertModel(model: unknown, view: string): void {
  if (typeof (model as Partial<ObjectModel<object>> | null)?.find === 'function') return
  throw new ConfigurationError(
    `${view}: model must have a find(), such as what fromPrisma() gives, and is ${kindOf(model)}.`,
  )
}

function noModel(view: string): ConfigurationError {
  return new ConfigurationError(`${view} has no model: set \`model\` or override getObject().`)
}

function isDownloadFile(value: unknown): value is DownloadFile {
  return typeof value === 'object' && value !== null && 'stat' in value && 'open' in value
}

function toDate(value: unknown): Date | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const date = value instanceof Date ? value : new Date(typeof value === 'string' ? parseTime(value) : Number(value))
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** Not Date.parse() alone: a text without a zone would be hours off wherever the server is not on UTC. */
function parseTime(text: string): number {
  if (MILLISECONDS.test(text)) return Number(text)
  const parts = ISO_8601.exec(text)?.groups
  if (parts === undefined) return Number.NaN
  const { date, time = '00:00', hours = '+00', minutes = '00' } = parts
  return Date.parse(`${date}T${time}${hours}:${minutes}`)
}

/** Drivers give big integers as text. Fewer digits could be a year or a date. */
const MILLISECONDS = /^\d{9,}$/
const ISO_8601 =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(?:Z|(?<hours>[+-]\d\d):?(?<minutes>\d\d)?)?)?$/i

function toSize(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const size = Number(value)
  return Number.isSafeInteger(size) && size >= 0 ? size : undefined
}
