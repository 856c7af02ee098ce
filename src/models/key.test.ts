import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readInteger, readSqlType, readText, readUuid } from './key.js'

describe('readInteger', () => {
  test('reads what fits into its bits, and nothing else', () => {
    assert.equal(readInteger(8)('127'), 127)
    assert.equal(readInteger(8)('128'), undefined)
    assert.equal(readInteger(8)('-128'), -128)
    assert.equal(readInteger(8)('-129'), undefined)
    assert.equal(readInteger(8, true)('255'), 255)
    assert.equal(readInteger(8, true)('-1'), undefined)
    assert.equal(readInteger(64)('9007199254740991'), 9007199254740991)
    assert.equal(readInteger(64)('9007199254740992'), 9007199254740992n)
    assert.equal(readInteger(64)('9223372036854775807'), 9223372036854775807n)
    assert.equal(readInteger(64)('9223372036854775808'), undefined)
    assert.equal(readInteger(64, true)('18446744073709551615'), 18446744073709551615n)
  })

  test('reads every number back from its own spelling, and only from that', () => {
    const read = readInteger(64)
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        assert.equal(String(read(String(value))), String(value))
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-+.exX _１\n') }), (text) => {
        const value = read(text)
        assert.ok(value === undefined || String(value) === text, text)
      }),
    )
  })
})

describe('readSqlType', () => {
  for (const [type, text, value] of [
    ['integer', '2147483648', undefined],
    ['int4', '2147483648', undefined],
    ['int2', '32768', undefined],
    ['SMALLINT', '32767', 32767],
    ['int unsigned', '4294967295', 4294967295],
    ['INTEGER(11) UNSIGNED ZEROFILL', '4294967295', 4294967295],
    ['tinyint(1)', '128', undefined],
    ['bigint', '9223372036854775807', 9223372036854775807n],
    ['bigint(20) unsigned', '18446744073709551615', 18446744073709551615n],
    ['varchar(36)', '12abc', '12abc'],
    ['VARCHAR(255) BINARY', 'a', 'a'],
    ['character varying(100)', 'a', 'a'],
    ['char(36)', 'a', 'a'],
    ['citext', 'a', 'a'],
    ['uuid', 'a', undefined],
  ] as const) {
    test(`reads ${text} for a column of type ${type} as ${value}`, () => {
      assert.equal(readSqlType(type)?.(text), value)
    })
  }

  test('takes any integer of 64 bits where the type does not tell the width', () => {
    assert.equal(readSqlType('integer', { wide: true })?.('4294967296'), 4294967296)
    assert.equal(readSqlType('integer', { wide: true })?.('9223372036854775808'), undefined)
  })

  test('has no reader for types that are no key', () => {
    for (const type of [
      'bytea',
      'longblob',
      'jsonb',
      'numeric(10,2)',
      'double precision',
      'date',
      'boolean',
      'int[]',
      '',
    ]) {
      assert.equal(readSqlType(type), undefined, type)
    }
  })
})

test('readText refuses what a database would fail for', () => {
  for (const text of ['', ' ', 'Ünïcode 日本 🙂', "' OR 1=1"]) assert.equal(readText(text), text)
  for (const text of ['\0', 'a\0b', '\uD83D', '\uDE42', '\uDE42\uD83D']) assert.equal(readText(text), undefined)
})

test('readUuid takes the form with four hyphens', () => {
  const uuid = '6f1c0a52-3c1e-4b5d-9a77-0c4f5d1e2a3b'
  assert.equal(readUuid(uuid), uuid)
  for (const text of [uuid.replaceAll('-', ''), `{${uuid}}`, `${uuid}\n`, uuid.replace('f', 'g'), '']) {
    assert.equal(readUuid(text), undefined, text)
  }
})
