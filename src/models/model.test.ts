import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError } from '../errors.js'
import { ColumnTypes } from './column-types.js'
import { readInteger, readText } from './key.js'
import { modelOf, type RowSource } from './model.js'

const source: RowSource<object> = {
  name: 'rows',
  readerOf: (field) => ({ id: readInteger(64), slug: readText })[field],
  findSome: async () => [{ id: 12, slug: 'Twelve' }],
}

test('finds a row that has what was asked for', async () => {
  assert.deepEqual(await modelOf(source).find({ id: '12', slug: 'Twelve' }), { id: 12, slug: 'Twelve' })
})

test('finds nothing where the database was more generous than the question', async () => {
  for (const where of [{ slug: 'twelve' }, { slug: 'Twelve ' }, { id: '13' }, { id: '12', slug: 'twelve' }]) {
    assert.equal(await modelOf(source).find(where), undefined)
  }
})

test('finds neither of two rows that fit, since one may be somebody else’s (U45)', async () => {
  const findSome = async () => [
    { id: 1, slug: 'a' },
    { id: 2, slug: 'a' },
  ]
  await assert.rejects(async () => modelOf({ ...source, findSome }).find({ slug: 'a' }), {
    name: 'ConfigurationError',
    message: /rows: there are several rows with the same slug\./,
  })
})

test('finds the one that is meant of two that only look the same to the database', async () => {
  const findSome = async () => [
    { id: 1, slug: 'A' },
    { id: 2, slug: 'a' },
  ]
  assert.deepEqual(await modelOf({ ...source, findSome }).find({ slug: 'a' }), { id: 2, slug: 'a' })
})

test('finds nothing for certain among more rows than are looked at', async () => {
  const rows = Array.from({ length: 20 }, (_, id) => ({ id, slug: id === 3 ? 'a' : 'A' }))
  const findSome = async (_: unknown, limit: number) => rows.slice(0, limit)
  await assert.rejects(async () => modelOf({ ...source, findSome }).find({ slug: 'a' }), ConfigurationError)
})

test('finds nothing under a number that a driver has rounded', async () => {
  const rounded = { ...source, findSome: async () => [{ id: 9007199254740992 }] }
  assert.equal(await modelOf(rounded).find({ id: '9007199254740992' }), undefined)
})

test('tells of a row that lacks what was looked for', async () => {
  const chosen = { ...source, findSome: async () => [{ slug: 'Twelve' }] }
  await assert.rejects(async () => modelOf(chosen).find({ id: '12' }), ConfigurationError)
})

test('asks a database once for the types of a table', async () => {
  const types = new ColumnTypes()
  const database = {}
  let asked = 0
  const ask = async () => ({ id: `integer ${++asked}` })
  const [one, other] = await Promise.all([types.of(database, 'a', ask), types.of(database, 'a', ask)])
  assert.deepEqual([one, other], [{ id: 'integer 1' }, { id: 'integer 1' }])
  assert.deepEqual(await types.of(database, 'b', ask), { id: 'integer 2' })
  assert.deepEqual(await types.of({}, 'a', ask), { id: 'integer 3' })
})

test('asks a database again that could not be reached', async () => {
  const types = new ColumnTypes()
  const database = {}
  await assert.rejects(
    types.of(database, 'a', async () => {
      throw new Error('connection refused')
    }),
    /connection refused/,
  )
  assert.deepEqual(await types.of(database, 'a', async () => ({ id: 'integer' })), { id: 'integer' })
})

test('finds nothing under a value that the database refuses, however deep an ORM keeps its error', async () => {
  const driverError = Object.assign(new Error('out of range'), { code: '22003' })
  for (const error of [
    driverError,
    new Error('Query failed', { cause: driverError }),
    Object.assign(new Error('Query failed'), { original: driverError }),
    Object.assign(new Error('Query failed'), { driverError: { driverError } }),
  ]) {
    const refusing = { ...source, findSome: () => Promise.reject(error) }
    assert.equal(await modelOf(refusing).find({ id: '12' }), undefined)
  }
})

test('passes on every other error', async () => {
  const circular: Error & { original?: unknown } = new Error('circular')
  circular.original = circular
  const coded = Object.assign(new Error('no such table'), { code: '42P01' })
  for (const error of [circular, coded, new Error('refused', { cause: { code: 'ECONNREFUSED' } }), 'text', null]) {
    const failing = { ...source, findSome: () => Promise.reject(error) }
    await assert.rejects(
      async () => modelOf(failing).find({ id: '12' }),
      (thrown) => thrown === error,
    )
  }
})
