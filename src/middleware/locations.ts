import { ConfigurationError } from '../errors.js'
import { isRemote, show } from './checks.js'
import { type BackendName, compileRules, type DownloadConfig, type Rule, type RulesByBackend } from './config.js'
import { assertFolder, type FolderOptions, type LocationOptions } from './destination.js'

/** What a server's configuration says of one rule: the address or path that it is told, and the files behind it. */
export interface ServerLocation<Backend extends BackendName> {
  readonly rule: RulesByBackend[Backend]
  /** What a comment says of the rule. */
  readonly title: string
  /** Position in the configuration, from 1. */
  readonly position: number
  /** Folder, without a separator at its end; or the address of a folder of another server. */
  readonly files: string
}

/** A location of a server that is told addresses. */
export interface AddressedLocation<Backend extends BackendName> extends ServerLocation<Backend> {
  /** Path of its address, `/` at the end. */
  readonly path: string
}

/**
 * The rules of a configuration that are for one server. With `'none'`, for development, it is also those that name no
 * server of their own.
 *
 * @throws ConfigurationError when there is none, or one that can not work.
 */
export function locationsOf<Backend extends BackendName>(
  config: DownloadConfig,
  backend: Backend,
): ServerLocation<Backend>[] {
  const inherited = config.backend === 'none' ? backend : config.backend
  compileRules({ ...config, backend: inherited })
  const locations = config.rules.flatMap((rule, index) =>
    (rule.backend ?? inherited) === backend ? [locationOf<Backend>(rule, index + 1)] : [],
  )
  if (locations.length > 0) return locations
  throw new ConfigurationError(
    `There is no rule for ${backend}. Set \`backend: '${backend}'\`, for the whole or for a rule.`,
  )
}

/**
 * The locations of a server that is told addresses. Rules that lead to the same files share one.
 *
 * @throws ConfigurationError when an address would lead to two places.
 */
export function addressesOf<Backend extends 'nginx' | 'caddy'>(
  config: DownloadConfig,
  backend: Backend,
): AddressedLocation<Backend>[] {
  const found: AddressedLocation<Backend>[] = []
  for (const location of locationsOf(config, backend)) {
    const path = `${location.rule.destinationUrl.replace(/\/$/, '')}/`
    const other = found.find((each) => each.path.startsWith(path) || path.startsWith(each.path))
    if (other === undefined) found.push({ ...location, path })
    else if (other.path !== path || other.files !== location.files || isPresigned(other) !== isPresigned(location)) {
      throw new ConfigurationError(
        `rule ${other.position} and rule ${location.position} lead to different files below the same destinationUrl, "${other.path}" and "${path}". Give each a path of its own.`,
      )
    }
  }
  return found
}

function isPresigned({ rule }: ServerLocation<'nginx' | 'caddy'>): boolean {
  return 'presigned' in rule && rule.presigned === true
}

/** Refuses text that would end a quoted value of a configuration file, or its line, or stand for something else in it. */
export function assertQuotable(text: string, option: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break would begin a directive of its own.
  if (!/["\\${}\u0000-\u001F\u007F]/.test(text)) return text
  throw new ConfigurationError(`${option} cannot be written into a configuration file: ${show(text)}.`)
}

function locationOf<Backend extends BackendName>(rule: Rule, position: number): ServerLocation<Backend> {
  // Quoted like JSON, so that no name can end the line of the comment or continue it.
  const title = `Rule ${position}: files below ${JSON.stringify(rule.sourceUrl || rule.sourceDir)}`
  return { rule: rule as RulesByBackend[Backend], title, position, files: filesOf(rule, `rule ${position}`) }
}

function filesOf(rule: Rule, owner: string): string {
  const { files: given, destinationDir }: Partial<LocationOptions> & FolderOptions = rule
  const address = isRemote(rule.sourceUrl ?? '') ? rule.sourceUrl : undefined
  const files = given ?? destinationDir ?? (rule.sourceDir || address)
  if (files === undefined) {
    throw new ConfigurationError(
      `${owner} does not say where the server finds the files. Set \`files\` to their folder, or to the address of their server.`,
    )
  }
  if (typeof files === 'string' && isRemote(files)) return assertAddress(files, owner)
  assertFolder(files, owner, 'files')
  return assertQuotable(files.replace(/\/+$/, ''), `${owner}: the folder`)
}

function assertAddress(address: string, owner: string): string {
  // A blank, a ";" or a brace would end the directive, whether quoted or not: such an address has them encoded.
  if (/^https?:\/\/[\w.:[\]-]+(?:\/[\w.~!'()*,@&=+:%/-]*)?$/.test(address) && URL.canParse(address))
    return address.replace(/\/+$/, '')
  throw new ConfigurationError(`${owner}: files is no plain, percent-encoded address: ${show(address)}.`)
}
