import { stat } from 'node:fs/promises'
import { StorageError } from '../errors.js'
import type { DownloadConfig } from '../middleware/config.js'
import { CANARY_NAMES, type Canary, type CanaryName, type CanaryOptions, canariesOf } from './canary.js'
import { CanaryFile } from './canary-file.js'

/** What became of one canary file. */
export interface WrittenCanary {
  /** Position of the rule, from 1. */
  readonly rule: number
  readonly name: CanaryName
  /** `present` when it was there already; `failed` when it could not be written, for the reason in `error`. */
  readonly outcome: 'written' | 'present' | 'failed'
  readonly error?: unknown
}

/**
 * Writes the canary files of each rule that are not there yet. Call it when the application starts, so that they belong
 * to its user and have the permissions of its other files; `downloadview doctor` tries it, too.
 *
 * It never throws for a file that cannot be written, and never makes a folder that a rule names.
 */
export async function writeCanaries(config: DownloadConfig, options: CanaryOptions = {}): Promise<WrittenCanary[]> {
  const canaries = canariesOf(config, options).flatMap((each) => CANARY_NAMES.map((name) => each[name]))
  const written: WrittenCanary[] = []
  for (const canary of canaries) written.push(await writeOne(canary))
  return written
}

async function writeOne(canary: Canary): Promise<WrittenCanary> {
  const { name, rule } = canary
  try {
    return { rule: rule.position, name, outcome: await write(canary) }
  } catch (error) {
    return { rule: rule.position, name, outcome: 'failed', error }
  }
}

async function write(canary: Canary): Promise<'written' | 'present'> {
  const { rule, storage, folder, key, content } = canary
  if (storage === undefined) {
    throw new StorageError(
      `Rule ${rule.position} has no sourceDir: give its storage as \`storages: { ${rule.position}: … }\`.`,
    )
  }
  // The storage would make the folder, and so hide that the rule names a wrong one.
  if (folder !== undefined) await stat(folder)
  if (await isPresent(new CanaryFile(canary, storage))) return 'present'
  await storage.save(key, content, { contentType: 'text/plain' })
  return 'written'
}

async function isPresent(file: CanaryFile): Promise<boolean> {
  return (await file.exists()) && (await file.hasContent())
}
