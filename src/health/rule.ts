import { ConfigurationError } from '../errors.js'
import { type BackendName, compileRules, type DownloadConfig, type Rule } from '../middleware/config.js'

/** A rule of the configuration, as the checks speak of it. */
export interface CheckedRule {
  /** Position in the configuration, from 1. */
  readonly position: number
  readonly backend: BackendName | 'none'
  readonly sourceDir: string | undefined
  /** The folder, or the address, in which the server looks. */
  readonly files: string | undefined
  /** The location that stands for it, for servers that are told addresses. */
  readonly location: string | undefined
}

/** The rules of a configuration. @throws ConfigurationError when there is none, or one that could not work. */
export function checkedRules(config: DownloadConfig): CheckedRule[] {
  compileRules(config)
  if (config.rules.length === 0) {
    throw new ConfigurationError(
      'rules is empty: nothing is handed over, so that there is nothing to check. Add a rule.',
    )
  }
  return config.rules.map((rule, index) => checkedRule(rule, index + 1, config.backend))
}

/** Names a server as its own people do. */
export function serverTitle(backend: BackendName | 'none'): string {
  return TITLES[backend]
}

const TITLES: Readonly<Record<BackendName | 'none', string>> = {
  nginx: 'nginx',
  apache: 'Apache',
  lighttpd: 'lighttpd',
  caddy: 'Caddy',
  litespeed: 'LiteSpeed',
  none: 'the proxy',
}

function checkedRule(rule: Rule, position: number, inherited: BackendName | 'none'): CheckedRule {
  const { files, destinationDir, destinationUrl }: AnyDestination = rule
  const folder = files ?? destinationDir ?? rule.sourceDir ?? rule.sourceUrl
  return {
    position,
    // `none` for the whole streams everything, whatever a rule says of itself.
    backend: inherited === 'none' ? 'none' : (rule.backend ?? inherited),
    sourceDir: rule.sourceDir || undefined,
    files: folder?.replace(/\/+$/, ''),
    location: destinationUrl === undefined ? undefined : `${destinationUrl.replace(/\/+$/, '')}/`,
  }
}

interface AnyDestination {
  files?: string | undefined
  destinationDir?: string | undefined
  destinationUrl?: string | undefined
}
