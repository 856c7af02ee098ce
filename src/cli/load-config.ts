import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { createJiti } from 'jiti'
import { ConfigurationError } from '../errors.js'
import { compileRules, type DownloadConfig } from '../middleware/config.js'

/**
 * Loads the configuration of the application, from the file that was named, or from the one in the current folder.
 *
 * @throws ConfigurationError with the file and the mend.
 */
export async function loadConfig(name: string | undefined): Promise<DownloadConfig> {
  const file = name === undefined ? findConfig(process.cwd()) : resolve(name)
  if (!existsSync(file)) throw new ConfigurationError(`${file}: there is no such file. Correct --config.`)
  try {
    return checked(await read(file))
  } catch (error) {
    throw new ConfigurationError(`${file}: ${reasonOf(error)}`, { cause: error })
  }
}

const NAMES = ['ts', 'mts', 'js', 'mjs', 'json'].map((extension) => `downloadview.config.${extension}`)

function findConfig(folder: string): string {
  const found = NAMES.map((name) => resolve(folder, name)).find(existsSync)
  if (found !== undefined) return found
  throw new ConfigurationError(`There is no ${NAMES[0]} in ${folder} (nor .mts, .js, .mjs, .json). Use --config FILE.`)
}

async function read(file: string): Promise<unknown> {
  if (extname(file) === '.json') return JSON.parse(await readFile(file, 'utf8'))
  // Nothing is cached on the disk: this may run as another user than the application, or where nothing may be written.
  const jiti = createJiti(import.meta.url, { fsCache: false })
  return jiti.import(file, { default: true })
}

function checked(config: unknown): DownloadConfig {
  if (typeof config !== 'object' || config === null || !('backend' in config)) {
    throw new ConfigurationError(
      'it exports no configuration. Write `export default defineConfig({ backend: …, rules: … })`.',
    )
  }
  compileRules(config as DownloadConfig)
  return config as DownloadConfig
}

/** A compiler says where on a line of its own. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const [first = '', second = ''] = error.message.split('\n').map((line) => line.trim())
  const place = /:(\d+):\d+$/.exec(second)
  return place === null ? first : `${first} in line ${place[1]}`
}
