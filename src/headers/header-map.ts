/** What {@link HeaderMap} can be made from. */
export type HeadersInit =
  | HeaderMap
  | Readonly<Record<string, string | readonly string[]>>
  | Iterable<readonly [string, string]>

/** A header value: several only where each needs a line of its own, as `Set-Cookie` does. */
export type HeaderValue = string | string[]

/**
 * The header fields of a reply, in the order they were set; names are not case-sensitive.
 *
 * It is our own and not a web `Headers`, which costs more than the rest of a small reply together.
 */
export class HeaderMap implements Iterable<[name: string, value: HeaderValue]> {
  #fields: ReadonlyMap<string, HeaderField> = NONE
  #isFrozen = false
  #lines: readonly string[] | undefined
  #all: readonly HeaderField[] | undefined

  constructor(init?: HeadersInit) {
    if (init === undefined) return
    if (init instanceof HeaderMap) {
      if (init.#fields !== NONE) this.#fields = new Map(init.#fields)
      return
    }
    const entries = Symbol.iterator in init ? init : Object.entries(init)
    for (const [name, value] of entries) {
      for (const each of typeof value === 'string' ? [value] : value) this.append(name, each)
    }
  }

  /** The value, several joined by a comma as in a list; `null` when there is none. */
  get(name: string): string | null {
    const field = this.#fields.get(name.toLowerCase())
    if (field === undefined) return null
    return typeof field.value === 'string' ? field.value : field.value.join(', ')
  }

  has(name: string): boolean {
    return this.#fields.has(name.toLowerCase())
  }

  /** Sets a value in place of any other. Throws `TypeError` when it could break the line. */
  set(name: string, value: string): this {
    return this.#put(name, value, false)
  }

  /** Sets a value unless there is one. */
  setMissing(name: string, value: string): this {
    return this.has(name) ? this : this.set(name, value)
  }

  /** Sets a value unless there is one; what the application has put on the framework's own reply wins as well. */
  setDefault(name: string, value: string): this {
    return this.has(name) ? this : this.#put(name, value, true)
  }

  /** Adds a value beside any other: as a line of its own for `Set-Cookie`, else with a comma. */
  append(name: string, value: string): this {
    const present = this.#fields.get(name.toLowerCase())?.value
    if (present === undefined) return this.set(name, value)
    if (name.toLowerCase() !== 'set-cookie') return this.set(name, `${present}, ${value}`)
    return this.#put(name, typeof present === 'string' ? [present, value] : [...present, value], false)
  }

  delete(name: string): this {
    this.#assertOpen()
    if (this.has(name)) this.#own.delete(name.toLowerCase())
    return this
  }

  /** Takes over all fields of another map, in place of those with the same name. */
  override(others: HeaderMap): this {
    this.#assertOpen()
    for (const [key, field] of others.#fields) this.#own.set(key, field)
    return this
  }

  /** Tells whether the value is only our default for that name, see {@link setDefault}. */
  isDefault(name: string): boolean {
    return this.#fields.get(name.toLowerCase())?.isDefault ?? false
  }

  clone(): HeaderMap {
    return new HeaderMap(this)
  }

  /** Lets nobody change the fields any more, so that many replies can share them. */
  freeze(): this {
    this.#isFrozen = true
    return this
  }

  get size(): number {
    return this.#fields.size
  }

  /** Names and values by turns, a pair for each line. */
  get lines(): readonly string[] {
    if (this.#lines !== undefined) return this.#lines
    const lines: string[] = []
    for (const { name, value } of this.#fields.values()) {
      if (typeof value === 'string') lines.push(name, value)
      else for (const each of value) lines.push(name, each)
    }
    if (this.#isFrozen) this.#lines = lines
    return lines
  }

  /** All fields: for servers that send the same ones again and again. */
  get fields(): readonly HeaderField[] {
    if (this.#all !== undefined) return this.#all
    const all = [...this.#fields.values()]
    if (this.#isFrozen) this.#all = all
    return all
  }

  *[Symbol.iterator](): IterableIterator<[name: string, value: HeaderValue]> {
    for (const { name, value } of this.#fields.values()) yield [name, value]
  }

  #put(name: string, value: HeaderValue, isDefault: boolean): this {
    this.#assertOpen()
    for (const each of typeof value === 'string' ? [value] : value) assertSafe(name, each)
    const key = name.toLowerCase()
    this.#own.set(key, { name, key, value, isDefault })
    return this
  }

  get #own(): Map<string, HeaderField> {
    if (this.#fields === NONE) this.#fields = new Map()
    return this.#fields as Map<string, HeaderField>
  }

  #assertOpen(): void {
    if (this.#isFrozen) throw new TypeError('These headers are shared by several replies. Change a clone() of them.')
  }
}

/** One of the fields of a {@link HeaderMap}. */
export interface HeaderField {
  readonly name: string
  /** The name in lower case. */
  readonly key: string
  readonly value: HeaderValue
  /** See {@link HeaderMap.setDefault}. */
  readonly isDefault: boolean
}

/** Of all that have no field yet: most downloads are given none, and a map costs more than to look for one. */
const NONE: ReadonlyMap<string, HeaderField> = new Map()

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: these end a header line, or the process of the one who reads it.
const BREAKS_LINE = /[\u0000-\u0008\u000A-\u001F\u007F]|[^\u0000-\u00FF]/

function assertSafe(name: string, value: string): void {
  if (!TOKEN.test(name)) throw new TypeError(`${JSON.stringify(name)} is not a header name.`)
  if (BREAKS_LINE.test(value)) {
    throw new TypeError(`The value of ${name} has a character that a header cannot carry: ${JSON.stringify(value)}.`)
  }
}
