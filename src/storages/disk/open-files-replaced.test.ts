import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { scratchFolder } from '../../../test/support/scratch.js'
import { startSwapping } from '../../../test/support/swapper.js'
import { FileChangedError } from '../../errors.js'
import { OpenFiles } from './open-files.js'

const ROUNDS = { sync: 3000, async: 600 }

for (const access of ['sync', 'async'] as const) {
  test(`a file below a root that is replaced all the time is there all the time, looked at by ${access} calls`, async (t) => {
    const folder = await scratchFolder(t)
    const root = join(folder, 'root')
    const path = join(root, 'file.txt')
    await mkdir(root)
    await writeFile(path, 'old')
    const stop = await startSwapping(path, [{ content: 'one' }, { content: 'two and more' }])
    const files = new OpenFiles()
    files.configure({ access })
    let found = 0
    try {
      for (let round = 0; round < ROUNDS[access]; round++) {
        await files.closeIdle()
        found += await files.stat(path, root).then(() => 1, expectChange)
      }
    } finally {
      await stop()
      await files.closeIdle()
    }
    assert.ok(found > 0, 'It was never found.')
  })
}

/** Never that it is not there. */
function expectChange(error: unknown): number {
  assert.ok(error instanceof FileChangedError, String(error))
  return 0
}
