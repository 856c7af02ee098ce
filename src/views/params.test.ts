import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError, InvalidKeyError } from '../errors.js'
import { missingParam, paramOf } from './params.js'

test('a parameter is its text, and a wildcard its parts joined', () => {
  assert.equal(paramOf({ id: '7' }, 'id'), '7')
  assert.equal(paramOf({ path: ['a', 'b c.txt'] }, 'path'), 'a/b c.txt')
  assert.equal(paramOf({ path: [] }, 'path'), '')
  assert.equal(paramOf({ id: '' }, 'id'), '')
})

test('a parameter that the route does not have is undefined', () => {
  assert.equal(paramOf({}, 'id'), undefined)
  assert.equal(paramOf({ id: undefined }, 'id'), undefined)
})

test('a part of a wildcard that holds a separator is refused', () => {
  assert.throws(() => paramOf({ path: ['a', '../b'] }, 'path'), InvalidKeyError)
})

test('a missing parameter is told with the view, the names and the mend', () => {
  class InvoiceView {}
  const error = missingParam(new InvoiceView(), ['pk', 'id', 'slug'], 'override getObject()')
  assert.ok(error instanceof ConfigurationError, String(error))
  assert.equal(
    error.message,
    'InvoiceView: the route has no parameter "pk" or "id" or "slug". Add it to the route, or override getObject().',
  )
})
