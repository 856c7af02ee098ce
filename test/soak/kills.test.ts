import { test } from 'node:test'
import { expectWholeFiles } from './expect.js'

test('processes that are killed while they save leave whole files under every name, and nothing that is listed or served', async (context) => {
  await expectWholeFiles(context, { kills: 30, atMost: 15_000 })
})
