import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expectSoak } from './expect.js'

for (const native of [true, false]) {
  const how = native ? 'by the native sender' : 'in plain JavaScript'
  test(`mixed traffic while files change gives whole versions only, and leaves nothing behind, ${how}`, async (context) => {
    const [warmUp, traffic] = [{ milliseconds: 4000 }, { milliseconds: 15_000, requests: 1000 }]
    const tally = await expectSoak(context, { native, warmUp, traffic })
    assert.ok(tally.resumed > 0, 'Some were glued together.')
  })
}
