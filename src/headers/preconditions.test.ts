import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatHttpDate } from './http-date.js'
import { checkPreconditions, ifRangeHolds, modifiedSinceDate, type Validators, type Verdict } from './preconditions.js'

const CHANGED = Date.UTC(2026, 0, 31, 12, 0, 0)
const [BEFORE, SAME, AFTER] = [CHANGED - 1000, CHANGED, CHANGED + 1000].map(formatHttpDate) as [string, string, string]
const STRONG: Validators = { etag: '"a"', lastModified: CHANGED }
const WEAK: Validators = { etag: 'W/"a"', lastModified: CHANGED }
const DATED: Validators = { lastModified: CHANGED }
const TAGGED: Validators = { etag: '"a"' }
const NOTHING: Validators = {}

test('each condition alone is answered as RFC 9110, 13.1 says', () => {
  const cases: [field: string, value: string, validators: Validators, verdict: Verdict][] = [
    ['If-Match', '*', STRONG, 'proceed'],
    ['If-Match', '*', NOTHING, 'proceed'],
    ['If-Match', '"a"', STRONG, 'proceed'],
    ['If-Match', '"x", "a"', STRONG, 'proceed'],
    ['If-Match', '"x"', STRONG, 'precondition-failed'],
    ['If-Match', 'W/"a"', STRONG, 'precondition-failed'],
    ['If-Match', '"a"', WEAK, 'precondition-failed'],
    ['If-Match', 'W/"a"', WEAK, 'precondition-failed'],
    ['If-Match', '"a"', DATED, 'precondition-failed'],
    ['If-Match', '', STRONG, 'precondition-failed'],
    ['If-Match', 'a', STRONG, 'precondition-failed'],
    ['If-Unmodified-Since', SAME, STRONG, 'proceed'],
    ['If-Unmodified-Since', AFTER, STRONG, 'proceed'],
    ['If-Unmodified-Since', BEFORE, STRONG, 'precondition-failed'],
    ['If-Unmodified-Since', BEFORE, TAGGED, 'proceed'],
    ['If-Unmodified-Since', 'yesterday', STRONG, 'proceed'],
    ['If-None-Match', '*', STRONG, 'not-modified'],
    ['If-None-Match', '*', NOTHING, 'not-modified'],
    ['If-None-Match', '"a"', STRONG, 'not-modified'],
    ['If-None-Match', 'W/"a"', STRONG, 'not-modified'],
    ['If-None-Match', '"a"', WEAK, 'not-modified'],
    ['If-None-Match', '"x", W/"a"', WEAK, 'not-modified'],
    ['If-None-Match', '"x"', STRONG, 'proceed'],
    ['If-None-Match', '"a"', DATED, 'proceed'],
    ['If-None-Match', 'a', STRONG, 'proceed'],
    ['If-None-Match', '', STRONG, 'proceed'],
    ['If-Modified-Since', SAME, STRONG, 'not-modified'],
    ['If-Modified-Since', AFTER, STRONG, 'not-modified'],
    ['If-Modified-Since', BEFORE, STRONG, 'proceed'],
    ['If-Modified-Since', AFTER, TAGGED, 'proceed'],
    ['If-Modified-Since', '', STRONG, 'proceed'],
    ['If-Modified-Since', 'yesterday', STRONG, 'proceed'],
    ['If-Modified-Since', `${SAME}; length=10`, STRONG, 'proceed'],
    ['If-Modified-Since', `${SAME}, ${SAME}`, STRONG, 'proceed'],
  ]
  for (const [field, value, validators, verdict] of cases) {
    assert.equal(checkPreconditions(new Headers({ [field]: value }), validators), verdict, `${field}: ${value}`)
  }
  assert.equal(checkPreconditions(new Headers(), STRONG), 'proceed')
})

test('blanks around a star do not matter, where nobody took them away before', () => {
  const padded = (field: string) => ({ get: (name: string) => (name === field ? ' *\t' : null) })
  assert.equal(checkPreconditions(padded('if-match'), STRONG), 'proceed')
  assert.equal(checkPreconditions(padded('if-none-match'), STRONG), 'not-modified')
})

test('a condition on the tag silences the one on the date', () => {
  for (const { headers, verdict } of [
    { headers: { 'If-Match': '*', 'If-Unmodified-Since': BEFORE }, verdict: 'proceed' },
    { headers: { 'If-Match': '"a"', 'If-Unmodified-Since': BEFORE }, verdict: 'proceed' },
    { headers: { 'If-Match': '"x"', 'If-Unmodified-Since': AFTER }, verdict: 'precondition-failed' },
    { headers: { 'If-None-Match': '"x"', 'If-Modified-Since': SAME }, verdict: 'proceed' },
    { headers: { 'If-None-Match': '', 'If-Modified-Since': SAME }, verdict: 'proceed' },
    { headers: { 'If-None-Match': '"a"', 'If-Modified-Since': BEFORE }, verdict: 'not-modified' },
  ]) {
    assert.equal(checkPreconditions(new Headers(headers), STRONG), verdict, JSON.stringify(headers))
  }
})

test('a failed condition comes before an unchanged file', () => {
  for (const first of [{ 'If-Match': '"x"' }, { 'If-Unmodified-Since': BEFORE }]) {
    for (const second of [{ 'If-None-Match': '"a"' }, { 'If-Modified-Since': AFTER }]) {
      assert.equal(checkPreconditions(new Headers({ ...first, ...second }), STRONG), 'precondition-failed')
    }
  }
})

test('parts of a second are not held against the client, who never saw them', () => {
  const validators = { lastModified: CHANGED + 999 }
  for (const [field, verdict] of [
    ['If-Modified-Since', 'not-modified'],
    ['If-Unmodified-Since', 'proceed'],
  ] as const) {
    assert.equal(checkPreconditions(new Headers({ [field]: SAME }), validators), verdict)
  }
  assert.equal(ifRangeHolds(new Headers({ 'If-Range': SAME }), validators), true)
})

test('the answer of the application to If-Modified-Since wins over the date, and counts nowhere else', () => {
  const since = (date: string) => new Headers({ 'If-Modified-Since': date })
  assert.equal(checkPreconditions(since(AFTER), { ...STRONG, wasModified: true }), 'proceed')
  assert.equal(checkPreconditions(since(BEFORE), { ...STRONG, wasModified: false }), 'not-modified')
  assert.equal(checkPreconditions(since(BEFORE), { wasModified: false }), 'not-modified')
  assert.equal(checkPreconditions(new Headers(), { wasModified: false }), 'proceed')
  const both = new Headers({ 'If-Modified-Since': AFTER, 'If-None-Match': '"x"' })
  assert.equal(checkPreconditions(both, { ...STRONG, wasModified: false }), 'proceed')
  const unmodified = new Headers({ 'If-Unmodified-Since': BEFORE })
  assert.equal(checkPreconditions(unmodified, { ...STRONG, wasModified: false }), 'precondition-failed')
})

test('the application is asked about a date only when that date counts', () => {
  assert.equal(modifiedSinceDate(new Headers({ 'If-Modified-Since': SAME })), CHANGED)
  assert.equal(modifiedSinceDate(new Headers({ 'If-Modified-Since': SAME, 'If-None-Match': '"x"' })), undefined)
  assert.equal(modifiedSinceDate(new Headers({ 'If-Modified-Since': 'yesterday' })), undefined)
  assert.equal(modifiedSinceDate(new Headers()), undefined)
})

test('If-Range takes the very same strong tag or exactly the date, and nothing near it', () => {
  for (const { value, validators, holds } of [
    { value: '"a"', validators: STRONG, holds: true },
    { value: '"x"', validators: STRONG, holds: false },
    { value: 'W/"a"', validators: STRONG, holds: false },
    { value: '"a"', validators: WEAK, holds: false },
    { value: 'W/"a"', validators: WEAK, holds: false },
    { value: '"a", "b"', validators: STRONG, holds: false },
    { value: '*', validators: STRONG, holds: false },
    { value: 'a', validators: STRONG, holds: false },
    { value: '', validators: STRONG, holds: false },
    { value: '"a"', validators: DATED, holds: false },
    { value: SAME, validators: STRONG, holds: true },
    { value: SAME, validators: WEAK, holds: true },
    { value: 'Saturday, 31-Jan-26 12:00:00 GMT', validators: DATED, holds: true },
    { value: 'Sat Jan 31 12:00:00 2026', validators: DATED, holds: true },
    { value: BEFORE, validators: STRONG, holds: false },
    { value: AFTER, validators: STRONG, holds: false },
    { value: SAME, validators: TAGGED, holds: false },
    { value: SAME, validators: { ...TAGGED, wasModified: false }, holds: false },
    { value: 'yesterday', validators: STRONG, holds: false },
  ]) {
    assert.equal(ifRangeHolds(new Headers({ 'If-Range': value }), validators), holds, value)
  }
  assert.equal(ifRangeHolds(new Headers(), NOTHING), true)
})
