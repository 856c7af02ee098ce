import { ConfigurationError } from '../errors.js'
import { XSendfileMiddleware as ApacheMiddleware, type XSendfileOptions as ApacheRule } from './apache/middleware.js'
import {
  XAccelRedirectMiddleware as CaddyMiddleware,
  type XAccelRedirectOptions as CaddyRule,
} from './caddy/middleware.js'
import { show } from './checks.js'
import {
  XSendfileMiddleware as LighttpdMiddleware,
  type XSendfileOptions as LighttpdRule,
} from './lighttpd/middleware.js'
import { XLiteSpeedLocationMiddleware, type XLiteSpeedLocationOptions } from './litespeed/middleware.js'
import {
  XAccelRedirectMiddleware as NginxMiddleware,
  type XAccelRedirectOptions as NginxRule,
} from './nginx/middleware.js'
import type { ProxiedDownloadMiddleware } from './proxied.js'

/** What a rule can say, by the server that it is for. */
export interface RulesByBackend {
  nginx: NginxRule
  apache: ApacheRule
  lighttpd: LighttpdRule
  caddy: CaddyRule
  litespeed: XLiteSpeedLocationOptions
}

/** A server that files can be handed over to. */
export type BackendName = keyof RulesByBackend

/** A rule, for the server that it names, else for the one of the whole configuration. */
export type Rule<Backend extends BackendName = BackendName> =
  | (RulesByBackend[Backend] & { backend?: undefined })
  | { [Name in BackendName]: RulesByBackend[Name] & { backend: Name } }[BackendName]

/** Which files are handed over, and to whom: one for the application, the server's configuration, and `doctor`. */
export interface DownloadConfig<Backend extends BackendName = BackendName> {
  /** The server in front of the application. `'none'` streams everything, for development. */
  backend: Backend | 'none'
  /** Asked in order; the first that a file fits wins, and a file that fits none is streamed. */
  rules: readonly Rule<Backend>[]
  /** Hears of each download which rule handed it over, or why none did. `true` writes it to the console. */
  explain?: boolean | ((explanation: Explanation) => void) | undefined
  /** What `downloadview config` and `downloadview doctor` need to know of the server. */
  server?: ServerOptions | undefined
}

/** The server in front of the application, for its configuration file. */
export interface ServerOptions {
  /** Address and port that it listens on. Default: `80`. */
  listen?: string | undefined
  /** Its name, or several with a blank between them. Default: it answers to any that no other site has. */
  serverName?: string | undefined
  /** Where the application listens. Default: `http://127.0.0.1:3000`. */
  application?: string | undefined
  /** More headers that nginx is to pass on when it sends a file; it drops each that it does not know by name. */
  headers?: readonly string[] | undefined
}

/** Which rule handed a download over, or why none did. */
export interface Explanation {
  /** Name that the file is offered under. */
  readonly basename: string
  readonly handedOver: boolean
  /** What became of each rule that was asked, in order. */
  readonly rules: readonly RuleExplanation[]
}

/** What became of one rule. */
export interface RuleExplanation {
  /** Position in the configuration, from 1. */
  readonly rule: number
  readonly backend: BackendName
  /** For people who set the server up; it may name paths of it. */
  readonly reason: string
}

/** Gives a configuration its types, and looks at once whether it can work. */
export function defineConfig<Backend extends BackendName>(config: DownloadConfig<Backend>): DownloadConfig<Backend> {
  compileRules(config)
  return config
}

/** A rule, ready to be asked. */
export interface CompiledRule {
  readonly rule: number
  readonly backend: BackendName
  readonly middleware: ProxiedDownloadMiddleware
}

/**
 * Makes the middleware of each rule, in order.
 *
 * @throws ConfigurationError that names the rule and the mend.
 */
export function compileRules<Backend extends BackendName>({ backend, rules }: DownloadConfig<Backend>): CompiledRule[] {
  assertBackend(backend, 'backend')
  if (!Array.isArray(rules)) throw new ConfigurationError('rules must be a list; an empty one streams everything.')
  const compiled = rules.map((rule: Rule, index) => compileRule(rule, index + 1, backend))
  // Compiled all the same: a mistake shows in development, too.
  return backend === 'none' ? [] : compiled.filter((rule) => rule !== undefined)
}

function compileRule(options: Rule, rule: number, inherited: BackendName | 'none'): CompiledRule | undefined {
  const owner = `rule ${rule}`
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError(`${owner} must be an object with the options of a rule, got ${show(options)}.`)
  }
  const { backend: named, ...own } = options
  const backend = named ?? inherited
  assertBackend(backend, `${owner}: backend`)
  if (backend === 'none') return undefined
  const create: new (options: never, owner: string) => ProxiedDownloadMiddleware = BACKENDS[backend]
  return { rule, backend, middleware: new create(own as never, owner) }
}

const BACKENDS: {
  [Name in BackendName]: new (
    rule: RulesByBackend[Name],
    owner: string,
  ) => ProxiedDownloadMiddleware
} = {
  nginx: NginxMiddleware,
  apache: ApacheMiddleware,
  lighttpd: LighttpdMiddleware,
  caddy: CaddyMiddleware,
  litespeed: XLiteSpeedLocationMiddleware,
}

function assertBackend(backend: unknown, option: string): asserts backend is BackendName | 'none' {
  if (typeof backend === 'string' && (backend === 'none' || Object.hasOwn(BACKENDS, backend))) return
  const known = [...Object.keys(BACKENDS), 'none'].map((name) => `'${name}'`).join(', ')
  throw new ConfigurationError(`${option} must be one of ${known}; got ${show(backend)}.`)
}
