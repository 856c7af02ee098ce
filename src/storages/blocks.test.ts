import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blocksOf } from './blocks.js'
import type { Content } from './content.js'

const cases: readonly (readonly [content: Content, blocks: readonly string[]])[] = [
  ['', ['']],
  [[], ['']],
  ['abc', ['abc']],
  ['abcd', ['abcd']],
  ['abcde', ['abcd', 'e']],
  ['abcdefgh', ['abcd', 'efgh']],
  [
    ['a', 'b', '', 'cde', 'f'],
    ['abcd', 'ef'],
  ],
  [
    ['ab', 'cdefghijklm', 'n'],
    ['abcd', 'efgh', 'ijkl', 'mn'],
  ],
]

for (const [content, blocks] of cases) {
  test(`cuts ${JSON.stringify(content)} into ${JSON.stringify(blocks)}`, async () => {
    assert.deepEqual(await textsOf(blocksOf(content, 4)), blocks)
  })
}

test('keeps its own copy of the pieces', async () => {
  const reused = Buffer.alloc(3)
  function* content() {
    for (const text of ['abc', 'def', 'gh']) {
      reused.write(text.padEnd(3, '.'))
      yield reused.subarray(0, text.length)
    }
  }
  assert.deepEqual(await textsOf(blocksOf(content(), 4)), ['abcd', 'efgh'])
})

test('reads no further than the block that is asked for', async () => {
  let read = 0
  function* content() {
    for (;;) {
      read++
      yield 'ab'
    }
  }
  const blocks = blocksOf(content(), 4)
  await blocks.next()
  assert.equal(read, 2)
  await blocks.return()
})

test('ends with the reason of its signal, without a last block', async () => {
  const controller = new AbortController()
  const reason = new Error('gone')
  function* content() {
    yield 'a'
    controller.abort(reason)
  }
  await assert.rejects(textsOf(blocksOf(content(), 4, controller.signal)), (error) => error === reason)
})

async function textsOf(blocks: AsyncIterable<Buffer>): Promise<string[]> {
  const texts: string[] = []
  for await (const block of blocks) texts.push(block.toString())
  return texts
}
