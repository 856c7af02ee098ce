import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { HeaderMap } from '../headers/header-map.js'
import { testRequest } from './test-request.js'

describe('testRequest', () => {
  test('is a GET of "/" by a client that stays, of whom nothing is known', () => {
    const request = testRequest()
    assert.deepEqual(
      [request.method, request.url, request.params, request.context, request.raw, request.signal.aborted],
      ['GET', '/', {}, {}, undefined, false],
    )
    assert.equal(request.headers.get('Range'), null)
  })

  test('is what it is told to be', () => {
    const { signal } = new AbortController()
    const given = {
      method: 'HEAD',
      url: '/a?b',
      params: { id: '1' },
      context: { user: 1 } as object,
      remoteAddress: '192.0.2.7',
      signal,
      raw: { native: true },
    }
    const { headers, ...rest } = testRequest({ ...given, headers: {} })
    assert.deepEqual(rest, given)
    assert.equal(rest.signal, signal)
    assert.equal(headers.get('id'), null)
  })

  test('finds a header however its name is written', () => {
    const forms = [
      { 'If-None-Match': '"1"' },
      new Headers({ 'if-none-match': '"1"' }),
      new HeaderMap({ 'IF-None-Match': '"1"' }),
    ]
    for (const headers of forms) {
      const request = testRequest({ headers })
      for (const name of ['if-none-match', 'If-None-Match']) assert.equal(request.headers.get(name), '"1"')
      assert.equal(request.headers.get('If-Match'), null)
    }
  })

  test('may have a header that is called "get"', () => {
    assert.equal(testRequest({ headers: { get: 'text' } }).headers.get('Get'), 'text')
  })
})
