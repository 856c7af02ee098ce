import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { toNodeHandler } from 'downloadview/node'
import { ChaosStorage } from 'downloadview/testing'
import { listen } from '../adapters/servers.js'
import { files, storage, view } from './example.js'

test('the example of the page does what the page says', async () => {
  await files.save('a.pdf', '%PDF')
  await files.save('report.txt', '0123456789')
  const faults: unknown[] = []
  const { origin, close } = await listen(
    toNodeHandler(view, { route: '/*path', onError: (error) => void faults.push(error) }),
  )
  after(close)
  assert.equal(await (await fetch(`${origin}/a.pdf`)).text(), '%PDF')
  assert.equal((await fetch(`${origin}/a.pdf`)).status, 500)
  assert.equal((await fetch(`${origin}/a.pdf`)).status, 200)
  // #region broken
  await assert.rejects(async () => (await fetch(`${origin}/report.txt`)).text())
  assert.equal(storage.struck.at(-1)?.fault.fault, 'truncate')
  // #endregion
  assert.equal(faults.length, 2)
})

test('the faults that a seed has chosen come again', async () => {
  await files.save('report.txt', '0123456789')
  // #region random
  const chaotic = ChaosStorage.random(files, { seed: 42, chance: 0.5 })
  const looks = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(() => chaotic.stat('report.txt')))
  const again = ChaosStorage.random(files, { seed: 42, chance: 0.5 })
  assert.deepEqual(await Promise.allSettled([1, 2, 3, 4, 5, 6].map(() => again.stat('report.txt'))), looks)
  // #endregion
  assert.deepEqual(chaotic.struck, again.struck)
  assert.ok(chaotic.struck.length > 0, 'Nothing went wrong.')
})
