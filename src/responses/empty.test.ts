import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EmptyResponse } from './empty.js'
import { NotModifiedResponse } from './not-modified.js'

test('a reply without a body has its status, its headers, and nothing to open', () => {
  const response = new EmptyResponse(405, { Allow: ['GET', 'HEAD'] })
  assert.equal(response.status, 405)
  assert.deepEqual([...response.headers], [['Allow', 'GET, HEAD']])
  assert.equal('body' in response, false)
  assert.deepEqual([...new EmptyResponse(204).headers], [])
})

test('a reply that tells of no change is a 304', () => {
  const response = new NotModifiedResponse({ 'Cache-Control': 'max-age=60' })
  assert.equal(response instanceof EmptyResponse, true)
  assert.equal(response.status, 304)
  assert.equal(response.headers.get('cache-control'), 'max-age=60')
})
