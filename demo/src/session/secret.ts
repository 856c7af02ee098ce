import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'

/**
 * What sessions and links are signed with. Made when the site first starts, and kept, so that a restart signs nobody out
 * and ends no link; yours comes from your configuration.
 */
export async function readSecret(path: string): Promise<string> {
  try {
    // Nobody else on this machine may read it, and a second one never takes its place.
    await writeFile(path, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const secret = await readFile(path, 'utf8')
  if (/^[\da-f]{64}$/.test(secret)) return secret
  throw new Error(`${path} is damaged. Remove it: everybody is signed out then, and all links end.`)
}
