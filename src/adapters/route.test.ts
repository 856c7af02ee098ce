import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigurationError, FileNotFoundError } from '../errors.js'
import type { Params } from '../handler.js'
import { compileRoute, type ParamsOfRoute, requireDecodable, requireMatch } from './route.js'

describe('a route', () => {
  for (const [route, url, params] of [
    ['/', '/', {}],
    ['/', '/a', undefined],
    ['/files', '/files', {}],
    ['/files', '/files/', undefined],
    ['/files', '/Files', undefined],
    ['/files', '/files/a', undefined],
    ['/files', '/a/files', undefined],
    ['/:id', '/7', { id: '7' }],
    ['/:id', '/', undefined],
    ['/:id', '/7/', undefined],
    ['/:id', '/7/8', undefined],
    ['/:id/', '/7/', { id: '7' }],
    ['/users/:id/files/*path', '/users/7/files/a/b.txt', { id: '7', path: 'a/b.txt' }],
    ['/users/:id/files/*path', '/users/7/files/', undefined],
    ['/users/:id/files/*path', '/users/files/a', undefined],
    ['/*path', '/a', { path: 'a' }],
    ['/*path', '/', undefined],
    ['/*path', '/a/', { path: 'a/' }],
    // What is no canonical key is not repaired here either: whoever reads it refuses it.
    ['/*path', '//a', { path: '/a' }],
    ['/*path', '/a//b', { path: 'a//b' }],
    ['/*path', '/../a', { path: '../a' }],
    ['/files/{*path}', '/files/', { path: '' }],
    ['/files/{*path}', '/files/a/b', { path: 'a/b' }],
    ['/files/{*path}', '/files/a/', { path: 'a/' }],
    ['/files/{*path}', '/files', undefined],
    ['/{*path}', '/', { path: '' }],
    ['/:_a1', '/x', { _a1: 'x' }],
    ['/:id/:name', '/7/a', { id: '7', name: 'a' }],
  ] as [string, string, object | undefined][]) {
    test(`${route} finds ${params === undefined ? 'nothing' : JSON.stringify(params)} in ${url}`, () => {
      assert.deepEqual(compileRoute(route)(url), params)
    })
  }

  test('leaves the query and the fragment aside', () => {
    const match = compileRoute('/:id')
    for (const url of ['/7?id=8', '/7#id', '/7?', '/7?a/b']) assert.deepEqual(match(url), { id: '7' }, url)
    assert.equal(match('?/7'), undefined)
  })

  test('decodes a parameter once', () => {
    const match = compileRoute('/:id/*path')
    assert.deepEqual(match('/a%20b/%C3%A9/%252e%252e'), { id: 'a b', path: 'é/%2e%2e' })
    assert.deepEqual(match('/a+b/100%25'), { id: 'a+b', path: '100%' })
  })

  test('finds nothing where an escape stands for no character', () => {
    for (const url of ['/%zz', '/%', '/%C3', '/%ff']) assert.equal(compileRoute('/:id')(url), undefined, url)
  })

  test('takes every other character literally', () => {
    const route = '/a.b+c(d)[e]{f}^g$h|i\\j?'
    assert.deepEqual(compileRoute('/a.b+c(d)')('/a.b+c(d)'), {})
    assert.equal(compileRoute('/a.b')('/aXb'), undefined)
    assert.equal(compileRoute('/(a|b)')('/a'), undefined)
    assert.equal(compileRoute(route)('/a'), undefined)
    assert.deepEqual(compileRoute('/x.y/:id')('/x.y/7'), { id: '7' })
  })

  test('is none at all: every path fits, and there are no parameters', () => {
    const match = compileRoute(undefined)
    for (const url of ['/', '/a/b', '*', '']) assert.deepEqual(match(url), {})
  })

  for (const route of [
    '',
    'files',
    ':id',
    '/:',
    '/*',
    '/a:b',
    '/:id.pdf',
    '/*path/x',
    '/a*',
    '/:1',
    '/:a-b',
    '/:a:b',
    '/:__proto__',
  ]) {
    test(`cannot be ${JSON.stringify(route)}, which is told when the application starts`, () => {
      assert.throws(() => compileRoute(route), {
        name: 'ConfigurationError',
        message: `"${route}" is no route. It begins with "/"; ":name" is one segment, "*name" as the last one is the rest, and "{*name}" a rest that may be empty.`,
      })
    })
  }

  test('matches a long path fast', () => {
    const match = compileRoute('/a/:b/:c/*d')
    const started = performance.now()
    assert.equal(match(`/a/${'/'.repeat(100_000)}`), undefined)
    assert.equal(match(`/a/b/c/${'x/'.repeat(50_000)}%`), undefined)
    assert.ok(performance.now() - started < 1000, 'it took longer than a second')
  })

  test('gives its parameters their types', () => {
    const exact: Same<ParamsOfRoute<'/users/:id/files/*path'>, { readonly id: string; readonly path: string }> = true
    const none: Same<ParamsOfRoute<'/files'>, { readonly [Name in never]: string }> = true
    const literal: Same<keyof ParamsOfRoute<'/a:b/c*d'>, never> = true
    const unknown: Same<ParamsOfRoute<string>, Params> = true
    assert.deepEqual([exact, none, literal, unknown], [true, true, true, true])
    const { id } = requireMatch(compileRoute('/:id')('/7'))
    assert.equal(id.length, 1)
    // @ts-expect-error: the route has no such parameter
    assert.equal(compileRoute('/:id')('/7')?.name, undefined)
  })
})

test('a path that is not the route of the handler is a 404', () => {
  assert.throws(() => requireMatch(undefined), FileNotFoundError)
  const params = {}
  assert.equal(requireMatch(params), params)
})

test('a path that cannot be decoded is a 404, whatever is in its query', () => {
  for (const url of ['/%ff.txt', '/%', '/a/%zz/b', '/na%efve', 'http://host/%ff']) {
    assert.throws(() => requireDecodable(url), FileNotFoundError, url)
  }
  for (const url of ['/a', '/%C3%BC', '/%25ff.txt', '/50%25', '/a?b=%ff', '/a#%']) requireDecodable(url)
})

type Same<A, B> = [A, B] extends [B, A] ? true : false

test('a literal part of a route is met however a client spells it', () => {
  const match = compileRoute('/über uns/:id')
  for (const url of ['/%C3%BCber%20uns/7', '/%c3%bcber%20uns/7', '/über%20uns/%37'])
    assert.deepEqual(match(url), { id: '7' })
})

test('a route cannot have two parameters of one name', () => {
  assert.throws(() => compileRoute('/:id/:id'), ConfigurationError)
})
