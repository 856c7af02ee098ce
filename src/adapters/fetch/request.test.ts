import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Params } from '../../handler.js'
import { FetchDownloadRequest } from './request.js'

test('a client that left before anybody asked has left for those who ask later', () => {
  const request = requestOf(new AbortController())
  request.abort()
  assert.equal(request.signal.aborted, true)
})

test('the signal is that of the server as well, whenever it is asked for', () => {
  for (const isEarly of [true, false]) {
    const server = new AbortController()
    const request = requestOf(server)
    if (isEarly) assert.equal(request.signal.aborted, false)
    server.abort()
    assert.equal(request.signal.aborted, true)
  }
})

test('there is one signal for all who ask', () => {
  const request = requestOf(new AbortController())
  const { signal } = request
  assert.equal(request.signal, signal)
  request.abort()
  assert.equal(signal.aborted, true)
})

function requestOf({ signal }: AbortController): FetchDownloadRequest<Params> {
  return new FetchDownloadRequest(new Request('http://localhost/', { signal }), { url: '/', params: {}, context: {} })
}
