import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigurationError } from '../../errors.js'
import { AllowedHosts } from './allowed-hosts.js'

describe('AllowedHosts', () => {
  for (const [pattern, url, expected] of [
    ['example.com', 'https://example.com/a', true],
    ['example.com', 'https://EXAMPLE.com:8443/a', true],
    ['example.com', 'https://files.example.com/', false],
    ['example.com', 'https://notexample.com/', false],
    ['example.com', 'https://example.com.evil.org/', false],
    ['example.com', 'https://example.com@evil.org/', false],
    ['example.com:443', 'https://example.com/', true],
    ['example.com:443', 'http://example.com/', false],
    ['example.com:80', 'http://example.com/', true],
    ['example.com:8080', 'http://example.com:8080/', true],
    ['example.com:8080', 'http://example.com/', false],
    ['*.example.com', 'https://files.example.com/', true],
    ['*.example.com', 'https://a.b.example.com/', true],
    ['*.example.com', 'https://example.com/', false],
    ['*.example.com', 'https://notexample.com/', false],
    ['*.example.com:8080', 'http://files.example.com:8080/', true],
    ['bücher.example', 'http://xn--bcher-kva.example/', true],
    ['127.0.0.1', 'http://0x7f.1/', true],
    ['[::1]', 'http://[0:0::1]:8080/', true],
    ['[::1]:80', 'http://[::1]:8080/', false],
  ] as const) {
    test(`${pattern} ${expected ? 'takes in' : 'leaves out'} ${url}`, () => {
      assert.equal(new AllowedHosts([pattern], 'Test').includes(new URL(url)), expected)
    })
  }

  for (const pattern of [
    '',
    '*',
    'http://example.com',
    'example.com/',
    'a b',
    'user@example.com',
    'a:0',
    'a:b',
    '*.*.a',
    1,
    null,
  ]) {
    test(`${JSON.stringify(pattern)} is refused`, () => {
      assert.throws(() => new AllowedHosts([pattern as string], 'Test'), ConfigurationError)
    })
  }
})
