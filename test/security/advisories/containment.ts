import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync } from 'node:fs'
import { describe, test } from 'node:test'
import { PathDownloadView } from '../../../src/views/path.js'
import { type Fixtures, SECRET } from '../../adapters/fixtures.js'
import { whileSwapping } from '../../http/swapping.js'
import { type Asker, type Attacked, useKeptSite } from '../suite.js'

/** Nothing but what lies in the root is ever sent, whatever is done to the root meanwhile. */
export function containment({ adapter, fixtures }: Attacked): void {
  describe('containment', () => {
    const { ask } = useKeptSite(adapter, PathDownloadView.asView({ root: fixtures.root }), '/files/*path')
    const doors = folderFor(fixtures, adapter.name)

    test('send#297, serve-static#127: a folder that is swapped for a link out of the root, in half of 1,000 rounds, never leads there', async () => {
      symlinkSync('../inside', fixtures.path(`${doors}/good`))
      symlinkSync('../../../outside', fixtures.path(`${doors}/bad`))
      await assertContained(
        ask,
        fixtures,
        { door: `${doors}/door`, good: `${doors}/good`, bad: `${doors}/bad` },
        '/file.txt',
      )
    })

    test('send#297, serve-static#127: a file that is swapped for a link out of the root, in the other half of 1,000 rounds, never leads there', async () => {
      fixtures.write(`${doors}/good.txt`, INSIDE)
      symlinkSync('../../../outside/file.txt', fixtures.path(`${doors}/bad.txt`))
      const swapped = { door: `${doors}/door.txt`, good: `${doors}/good.txt`, bad: `${doors}/bad.txt` }
      await assertContained(ask, fixtures, swapped, '')
    })
  })
}

const INSIDE = 'inside'
/** Of each of the two tests. */
const ROUNDS = 500

function folderFor({ path, write }: Fixtures, name: string): string {
  const folder = `swapped/${name.replace(/\W+/g, '-')}`
  mkdirSync(path(folder), { recursive: true })
  write('swapped/inside/file.txt', INSIDE)
  write('../outside/file.txt', SECRET)
  return folder
}

/** Asks until both were met, the file and its refusal: only then was there a race at all. */
async function assertContained(
  ask: Asker,
  { path }: Fixtures,
  { door, good, bad }: Readonly<Record<'door' | 'good' | 'bad', string>>,
  below: string,
): Promise<void> {
  const met = new Map<number, number>()
  await whileSwapping(path(door), [path(good), path(bad)], async () => {
    for (let round = 0; round < ROUNDS || (met.size < 2 && round < 40 * ROUNDS); round++) {
      const { status, body } = await ask(`/files/${door}${below}`)
      met.set(status, (met.get(status) ?? 0) + 1)
      assert.ok(status === 200 || status === 404, `Status ${status}`)
      if (status === 200) assert.equal(body.toString(), INSIDE)
      else assert.ok(!body.toString().includes(SECRET), body.toString())
    }
  })
  assert.deepEqual([...met.keys()].sort(), [200, 404], 'There was no race.')
}
