import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { PAGE_POLICY, pageStart } from './page.js'

test('the policy of a page allows its own style, letter by letter', () => {
  const style = /<style>([\s\S]*)<\/style>/.exec(pageStart('a'))?.[1] ?? ''
  assert.equal(PAGE_POLICY.includes(`'sha256-${createHash('sha256').update(style).digest('base64')}'`), true)
  assert.match(PAGE_POLICY, /^default-src 'none'; style-src 'sha256-[^']+'; /)
})

test('a title is text', () => {
  assert.equal(pageStart('</title><script>').includes('<script>'), false)
})
