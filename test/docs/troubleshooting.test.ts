import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { root } from './quotes.js'

const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8')
const messages = [...page.matchAll(/^> (`{1,2})(.+)\1$/gm)].map(([, , message = '']) => message)
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(root, 'src', file), 'utf8'))
  // A text may also stand in what is put into another one.
  .flatMap((source) => [source, templatesOf(source)])

describe('the page on troubleshooting', () => {
  test('quotes messages', () => {
    assert.ok(messages.length > 50, `There are ${messages.length}.`)
    assert.equal(new Set(messages).size, messages.length, 'Each is there once.')
  })

  for (const message of messages) {
    test(`quotes what is still said: ${message}`, () => {
      assert.ok(message.replaceAll('…', '').length > 10, 'Too little of it is left to be found.')
      assert.ok(
        sources.some((source) => says(source, message)),
        'No source says so.',
      )
    })
  }

  test('would notice a message that nobody says', () => {
    for (const message of ['File not found by anybody.', '… has no storage: fetch …']) {
      assert.ok(!sources.some((source) => says(source, message)), message)
    }
  })
})

/** Sources with a mark for each thing that is put into a text. */
function templatesOf(source: string): string {
  return source.replaceAll('\\`', '`').replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '…')
}

/** The parts between the marks stand in one line of a source, in order. */
function says(source: string, message: string): boolean {
  const parts = message.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(parts.join('.*')).test(source)
}
