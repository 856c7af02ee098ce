import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Keeps other processes out of a folder, and gives back what lets them in again.
 *
 * Two that open the same embedded database would overwrite what the other one wrote, without any error.
 */
export async function claimFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true })
  await assertFree(folder)
  const claim = claimOf(folder)
  await writeFile(claim, String(process.pid), { flag: 'wx' })
  return () => rm(claim, { force: true })
}

/** Removes a folder with all data, unless somebody uses it. */
export async function removeData(folder: string): Promise<void> {
  await assertFree(folder)
  await rm(folder, { recursive: true, force: true })
}

/** Throws when a process that is still there uses the folder. */
async function assertFree(folder: string): Promise<void> {
  const claim = claimOf(folder)
  const pid = Number(await readFile(claim, 'utf8').catch(() => ''))
  if (pid > 0 && isRunning(pid)) {
    throw new Error(`${folder} is in use by process ${pid}. Stop that first; if it is no demo, remove ${claim}`)
  }
  await rm(claim, { force: true })
}

const claimOf = (folder: string) => join(folder, 'process-id')

function isRunning(pid: number): boolean {
  try {
    // Signal 0 only asks.
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
