import assert from 'node:assert/strict'
import { installRuntime } from '../support/runtimes.js'
import { tagOf, writePrecise } from './expectations.js'
import { LOOKS_WHOLE } from './looks-whole.js'
import { type Difference, testRuntime } from './suite.js'

/** It runs from `node_modules` as it is, and downloads nothing. */
const OPTIONS = ['run', '--allow-all', '--node-modules-dir=manual', '--no-remote', '--no-lock']

const MILLISECONDS: Difference = {
  why: 'It knows milliseconds only',
  async expect(app) {
    const path = writePrecise(app.fixtures)
    assert.equal((await app.ask('/files/precise.txt')).get('ETag'), tagOf(path, 1_000_000n))
  },
}

testRuntime('Deno', async () => [await installRuntime('deno'), ...OPTIONS], {
  fetch: {
    'the entity-tag is made of the size and of the nanoseconds of the last change': MILLISECONDS,
    'a body that breaks off is a reset to a client of HTTP/1.0, which knows no chunks': LOOKS_WHOLE,
  },
  node: {
    'the entity-tag is made of the size and of the nanoseconds of the last change': MILLISECONDS,
  },
})
