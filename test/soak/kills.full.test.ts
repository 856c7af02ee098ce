import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expectWholeFiles } from './expect.js'

test('hundreds of processes that are killed while they save leave whole files, and nothing that is listed or served', async (context) => {
  const { leftovers } = await expectWholeFiles(context, { kills: 300, atMost: 120_000 })
  assert.ok(leftovers > 0, 'Some were killed in the middle of a save.')
})
