import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigurationError } from '../errors.js'
import { assertPositiveInteger, hasDots, show } from './checks.js'

describe('assertPositiveInteger', () => {
  for (const value of [undefined, null, false, 0, 1, Number.MAX_SAFE_INTEGER]) {
    test(`takes ${value}`, () => {
      assertPositiveInteger('limitRate', value, 'rule 1')
    })
  }

  for (const [value, shown] of [
    [-1, '-1'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    ['7', '"7"'],
    [true, 'true'],
    [{}, '{}'],
  ] as const) {
    test(`refuses ${shown}, with the rule and the option`, () => {
      assert.throws(
        () => assertPositiveInteger('limitRate', value, 'rule 1'),
        new ConfigurationError(`rule 1: limitRate must be a whole number of 0 or more, got ${shown}.`),
      )
    })
  }
})

test('hasDots sees a step that leads nowhere or up, and no dots in names', () => {
  for (const path of ['..', '.', '/a/../b', '/a/./b', '/a/..', '../a']) assert.ok(hasDots(path), path)
  for (const path of ['', '/', '/a/..b', '/a../b', '/a/b...c', '/.a', '/...']) assert.ok(!hasDots(path), path)
})

test('show writes every value so that people recognise it', () => {
  assert.equal(show('a "b"\n'), '"a \\"b\\"\\n"')
  assert.equal(show(Number.NaN), 'NaN')
  assert.equal(show(undefined), 'undefined')
  assert.equal(show(null), 'null')
  assert.equal(show(['/a']), '["/a"]')
})
