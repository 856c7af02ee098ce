import { randomBytes } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import { ConfigurationError } from '../../errors.js'
import { liesBelow } from '../../storages/disk/real-path.js'

/**
 * Reads the secrets that links are signed with, one a line: the first one signs, and links of all are good. Without a
 * file, one is made that nobody knows after this process has ended.
 */
export async function readSecrets(file: string | undefined, root: string): Promise<string[]> {
  if (file === undefined) return [randomBytes(32).toString('base64url')]
  try {
    const [path, folder] = await Promise.all([realpath(file), realpath(root)])
    // Whoever has a link could download it, and make links of his own.
    if (liesBelow(folder, path))
      throw new ConfigurationError('it lies in the folder that is served. Move it elsewhere.')
    const text = await readFile(path, 'utf8')
    return checkedSecrets(text.split(/\r?\n/).filter((line) => line !== ''))
  } catch (error) {
    throw new ConfigurationError(`--secret-file ${file}: ${(error as Error).message}`, { cause: error })
  }
}

function checkedSecrets(secrets: string[]): string[] {
  const isShort = secrets.some((secret) => secret.length < SECRET_LENGTH)
  if (secrets.length > 0 && !isShort) return secrets
  throw new ConfigurationError(
    `it takes a secret of ${SECRET_LENGTH} characters or more on each line. Make one with "openssl rand -hex 32".`,
  )
}

const SECRET_LENGTH = 32
