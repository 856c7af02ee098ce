import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holdIdle } from './idle.js'

/** Bytes for each download that waits, with room to spare: docs/soak.md has what was measured. */
const BOUNDS = [
  [true, 64 * 1024],
  [false, 64 * 1024],
] as const

for (const [native, bound] of BOUNDS) {
  const how = native ? 'by the native sender' : 'in plain JavaScript'
  test(`five hundred downloads of 1 GiB that nobody reads cost some KiB each, ${how}`, async (context) => {
    const { downloads, during, bytesEach } = await holdIdle(500, { native })
    context.diagnostic(`${Math.round(bytesEach / 1024)} KiB each, ${JSON.stringify(during.descriptors)}`)
    assert.deepEqual([downloads, during.isNative], [500, native])
    assert.ok(bytesEach < bound, `${bytesEach} bytes each`)
  })
}
