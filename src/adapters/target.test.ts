import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InvalidKeyError } from '../errors.js'
import { originForm, pathOf, refuseEncodedSeparators } from './target.js'

test('a request target in absolute form is brought to its path and query', () => {
  for (const [target, expected] of [
    ['/a/b?c=d', '/a/b?c=d'],
    ['http://host/a?b', '/a?b'],
    ['http://host', '/'],
    ['http://host?a', '/?a'],
    ['http://host:80/', '/'],
    ['https://user:password@host:443/a', '/a'],
    ['HTTP://HOST/A', '/A'],
    ['http:///a', '/a'],
    ['http://[::1]:80/a', '/a'],
    ['http://host/http://other/a', '/http://other/a'],
  ] as const) {
    assert.equal(originForm(target), expected, target)
  }
})

test('a request target in any other form is left as it is', () => {
  for (const target of ['*', '', '//host/a', '/http://host/a', 'host:443', '/a b', '/%zz']) {
    assert.equal(originForm(target), target)
  }
})

test('the path is what stands before the query and the fragment, still encoded', () => {
  for (const [url, expected] of [
    ['/a/b', '/a/b'],
    ['/a?b/c', '/a'],
    ['/a#b?c', '/a'],
    ['/a%3Fb?c', '/a%3Fb'],
    ['?a', ''],
    ['', ''],
  ] as const) {
    assert.equal(pathOf(url), expected)
  }
})

test('an encoded separator or NUL in the path is refused, in either case', () => {
  for (const url of ['/a%2fb', '/a%2Fb', '/a%5cb', '/a%5Cb', '/a%00', '/%2f', '/%2e%2e%2fa', '/a%2Fb?c']) {
    assert.throws(() => refuseEncodedSeparators(url), InvalidKeyError, url)
  }
})

test('what only looks like an encoded separator passes, and so does one in the query', () => {
  for (const url of ['/a/b', '/a%252fb', '/a%2eb', '/a?b=%2f', '/a#%2f', '/a%', '/a%2', '/%20', '/%32f']) {
    refuseEncodedSeparators(url)
  }
})
