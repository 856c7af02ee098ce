import { describe, test } from 'node:test'
import { expectSoak } from './expect.js'

// Enough to find what is broken for good; `soak.full.test.ts` and `npm run soak` look for what is rare.
describe('some seconds of mixed traffic while files change', { concurrency: true }, () => {
  for (const native of [true, false]) {
    const how = native ? 'by the native sender' : 'in plain JavaScript'
    test(`give whole versions only, and leave nothing behind, ${how}`, async (context) => {
      const [warmUp, traffic] = [{ milliseconds: 1000 }, { milliseconds: 3000, requests: 100 }]
      await expectSoak(context, { native, warmUp, traffic, clients: 12 })
    })
  }
})
