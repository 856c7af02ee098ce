import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openFiles } from '../../src/storages/disk/open-files.js'

/** Makes a folder that everybody may enter, and removes it after the test. Its path has no link. */
export async function scratchFolder(test: Pick<TestContext, 'after'>): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'downloadview-test-'))
  test.after(async () => {
    await openFiles.closeIdle()
    await rm(folder, { recursive: true, force: true })
  })
  await chmod(folder, 0o755)
  return folder
}
