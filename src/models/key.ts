/** A value that a column is looked for by. */
export type KeyValue = string | number | bigint

/** Reads the text of an address as a value of a column; `undefined` where no row can have it. */
export type ReadKey = (text: string) => KeyValue | undefined

/** How a database that was asked for the type of a column may answer. */
export interface SqlTypeOptions {
  /**
   * `true` where "integer" does not tell how large a value may be, and a larger one does no harm: SQLite stores 64 bits
   * in each, and MySQL keeps apart from the type whether it has a sign. Default: `false`, since PostgreSQL fails there.
   */
  wide?: boolean | undefined
}

/** Finds how values of a column are read, given its type in SQL; `undefined` for types that are no key. */
export function readSqlType(type: string, { wide = false }: SqlTypeOptions = {}): ReadKey | undefined {
  const words = type.toLowerCase().replace(/\(.*?\)/g, '')
  const name = words.replace(/ (unsigned|zerofill|binary|character set|collate)\b.*/, '').trim()
  if (name === 'uuid' || name === 'uniqueidentifier') return readUuid
  if (TEXTS.has(name)) return readText
  const bits = INTEGERS.get(name)
  if (bits === undefined) return undefined
  const isUnsigned = words.includes('unsigned')
  return readInteger(wide ? Math.max(bits, 64) : bits, isUnsigned)
}

const TEXTS = new Set([
  ...['text', 'tinytext', 'mediumtext', 'longtext', 'ntext', 'citext', 'string'],
  ...['varchar', 'nvarchar', 'varchar2', 'nvarchar2', 'character varying', 'varying character'],
  ...['char', 'nchar', 'character', 'bpchar'],
])

/** Bits of each kind of integer. */
const INTEGERS = new Map(
  Object.entries({
    ...{ tinyint: 8, smallint: 16, int2: 16, smallserial: 16, serial2: 16, mediumint: 24 },
    ...{ int: 32, integer: 32, int4: 32, serial: 32, serial4: 32 },
    ...{ bigint: 64, int8: 64, bigserial: 64, serial8: 64 },
  }),
)

/** Text is looked for as it is. */
export const readText: ReadKey = (text) => (NO_TEXT.test(text) ? undefined : text)

/** What a database would refuse instead of not finding it: NUL, and halves of characters. */
const NO_TEXT = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

export const readUuid: ReadKey = (text) => (UUID.test(text) ? text : undefined)

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i

/**
 * Whole numbers in their one canonical form: no sign before a positive one, no leading zero, no blank, no exponent, no
 * other digits than ASCII. One that does not fit into the column is no value of it.
 */
export function readInteger(bits: number, isUnsigned = false): ReadKey {
  const max = 2n ** BigInt(isUnsigned ? bits : bits - 1) - 1n
  const min = isUnsigned ? 0n : -max - 1n
  return (text) => {
    if (!INTEGER.test(text)) return undefined
    const value = BigInt(text)
    if (value < min || value > max) return undefined
    return Number.isSafeInteger(Number(value)) ? Number(value) : value
  }
}

/** Not `[\d]+`: a megabyte of digits would take a while to become a number. */
const INTEGER = /^(?:0|-?[1-9]\d{0,19})$/
