import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorsOf, parseWrk } from './wrk.js'

const RESULT =
  'wrk-result {"requests":20457,"bytes":23505093,"duration":497426,"p50":703,"p99":29596,"errors":{"connect":0,"read":0,"write":0,"status":0,"timeout":0}}'

test('the line of the script is found between what wrk prints by itself', () => {
  const output = `Running 10s test\n  1 threads and 32 connections\n  20457 requests in 497.43ms\n${RESULT}\n`
  const { requests, duration, p99 } = parseWrk(output)
  assert.deepEqual({ requests, duration, p99 }, { requests: 20457, duration: 497426, p99: 29596 })
})

test('without a result, what wrk said is the error', () => {
  assert.throws(() => parseWrk('unable to connect to 127.0.0.1:1 Connection refused\n'), /Connection refused/)
  assert.throws(() => parseWrk(''), /printed nothing/)
})

test('every kind of error is named', () => {
  const result = { ...parseWrk(RESULT), errors: { connect: 0, read: 3, status: 12 } }
  assert.equal(errorsOf(result), '3 × read, 12 × status')
})

test('a run without errors has none, but one without a byte is no run', () => {
  assert.equal(errorsOf(parseWrk(RESULT)), undefined)
  assert.equal(errorsOf({ ...parseWrk(RESULT), requests: 0, bytes: 0 }), 'no answer')
})
