import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createDemo } from '../demo.js'

/**
 * Fills a folder with the data of a demo that was started once, but for its secret. To make a database takes seconds, to
 * copy one does not; so it is made by the first test that wants it, and again only when the demo has changed.
 */
export async function copyPreparedData(folder: string): Promise<void> {
  await cp(await preparedData(), folder, { recursive: true, preserveTimestamps: true })
}

async function preparedData(): Promise<string> {
  await mkdir(CACHE, { recursive: true })
  const name = await nameOfState()
  const prepared = join(CACHE, name)
  if ((await readdir(CACHE)).includes(name)) return prepared
  const making = await mkdtemp(join(CACHE, MAKING))
  try {
    await (await createDemo({ dataFolder: making })).close()
    await rm(join(making, 'secret'))
    await rename(making, prepared).catch(unlessThere)
  } finally {
    await rm(making, { recursive: true, force: true })
  }
  await removeOutdated(name)
  return prepared
}

/** Another test was quicker. */
function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
}

async function removeOutdated(name: string): Promise<void> {
  const outdated = (await readdir(CACHE)).filter((each) => each !== name && !each.startsWith(MAKING))
  for (const each of outdated) await rm(join(CACHE, each), { recursive: true, force: true })
}

/** Follows from everything that the data may depend on. */
async function nameOfState(): Promise<string> {
  const hash = createHash('sha256')
  for (const part of ['package-lock.json', 'demo/fixtures', 'demo/src', 'src']) {
    for (const path of await filesOf(join(REPOSITORY, part))) hash.update(path).update(await readFile(path))
  }
  return hash.digest('hex').slice(0, 16)
}

async function filesOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined)
  if (entries === undefined) return [path]
  return entries
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

const REPOSITORY = join(import.meta.dirname, '../../..')
const CACHE = join(REPOSITORY, 'node_modules/.cache/downloadview-demo')
const MAKING = 'making-'
