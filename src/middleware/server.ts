import { ConfigurationError } from '../errors.js'
import { show } from './checks.js'
import type { DownloadConfig, ServerOptions } from './config.js'

/**
 * The server's own settings, with their defaults.
 *
 * @throws ConfigurationError for text that has no place in a configuration file.
 */
export function serverOf({ server = {} }: DownloadConfig): ServerSettings {
  const { listen = '80', serverName, application = 'http://127.0.0.1:3000', headers = [] } = server
  assertForm('listen', listen, LISTEN, 'a port, or an address and a port')
  if (serverName !== undefined)
    assertForm('serverName', serverName, HOST_NAMES, 'the name of a host, or several with a blank between them')
  // With a path, every server would join it to the request's path in another way.
  assertForm('application', application, ORIGIN, 'an address without a path, such as "http://127.0.0.1:3000"')
  for (const name of headers) assertForm('headers', name, HEADER_NAME, 'a list of header names')
  const serverNames = serverName?.split(' ') ?? []
  return { listen, serverNames, application: application.replace(/\/$/, ''), headers }
}

export interface ServerSettings extends Omit<Required<ServerOptions>, 'serverName'> {
  readonly listen: string
  /** Empty for any. */
  readonly serverNames: readonly string[]
  /** Without a `/` at its end. */
  readonly application: string
  readonly headers: readonly string[]
}

const LISTEN = /^(?:(?:[\w.-]+|\[[\da-f:]+\]):)?\d{1,5}$/i
const HOST_NAMES = /^[\w.*-]+(?: [\w.*-]+)*$/
const ORIGIN = /^https?:\/\/(?:[\w.-]+|\[[\da-f:]+\])(?::\d{1,5})?\/?$/i
const HEADER_NAME = /^[A-Za-z][\w-]*$/

function assertForm(name: keyof ServerOptions, value: unknown, form: RegExp, meaning: string): void {
  if (typeof value === 'string' && form.test(value)) return
  throw new ConfigurationError(`server.${name} must be ${meaning}; got ${show(value)}.`)
}
