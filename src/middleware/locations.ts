import { ConfigurationError } from '../errors.js'
import type { BackendName, DownloadConfig, Rule, RulesByBackend, ServerOptions } from './config.js'

/** What a server's configuration says of one rule: the address or path that it is told, and the files behind it. */
export interface ServerLocation<Backend extends BackendName> {
  readonly rule: RulesByBackend[Backend]
  /** Position in the configuration, from 1, for comments. */
  readonly position: number
  /** Folder, or the `http://…` of another server; without a separator at its end. */
  readonly files: string
}

/** The rules of a configuration that are for one server. @throws ConfigurationError when there is none. */
export function locationsOf<Backend extends BackendName>(
  config: DownloadConfig,
  backend: Backend,
): ServerLocation<Backend>[] {
  const locations = config.rules.flatMap((rule, index) =>
    (rule.backend ?? config.backend) === backend || config.backend === 'none'
      ? [{ rule: rule as RulesByBackend[Backend], position: index + 1, files: filesOf(rule, index + 1) }]
      : [],
  )
  if (locations.length > 0) return locations
  throw new ConfigurationError(
    `There is no rule for ${backend}. Set \`backend: '${backend}'\`, for the whole or for a rule.`,
  )
}

/** The server's own settings, with their defaults. */
export function serverOf({ server = {} }: DownloadConfig): Required<{ [Name in keyof ServerOptions]: string }> {
  const { listen = '80', serverName = 'localhost', application = 'http://127.0.0.1:3000' } = server
  for (const [name, value] of Object.entries({ listen, serverName, application })) {
    if (!/^[\w.:/[\]*-]+$/.test(value)) {
      throw new ConfigurationError(`server.${name} has a character that has no place there: ${JSON.stringify(value)}.`)
    }
  }
  return { listen, serverName, application: application.replace(/\/+$/, '') }
}

/** Refuses text that would end a quoted value of a configuration file, or its line. */
export function assertQuotable(text: string, option: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break would begin a directive of its own.
  if (!/["\\$\u0000-\u001F\u007F]/.test(text)) return text
  throw new ConfigurationError(`${option} cannot be written into a configuration file: ${JSON.stringify(text)}.`)
}

function filesOf(rule: Rule, position: number): string {
  const candidates: { files?: string | undefined; destinationDir?: string | undefined } = rule
  const isRemote = /^https?:\/\//.test(rule.sourceUrl ?? '')
  const files =
    candidates.files ?? candidates.destinationDir ?? rule.sourceDir ?? (isRemote ? rule.sourceUrl : undefined)
  if (files !== undefined) return assertQuotable(files.replace(/\/+$/, ''), `rule ${position}: the folder`)
  throw new ConfigurationError(
    `rule ${position} does not say where the server finds the files. Set \`files\` to their folder, or to the address of their server.`,
  )
}
