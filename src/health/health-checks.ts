import { ConfigurationError } from '../errors.js'
import type { DownloadConfig } from '../middleware/config.js'
import { serverOf } from '../middleware/server.js'
import { applicationFault, handOverOf } from './application-fault.js'
import { type Answer, toBaseUrl } from './ask.js'
import { type ByName, byName, type Canaries, type CanaryOptions, canariesOf } from './canary.js'
import { chainFault } from './chain-fault.js'
import { areElsewhere, filesFault } from './files-fault.js'
import { locationFault } from './location-fault.js'
import { assertMilliseconds } from './milliseconds.js'
import {
  type ChainObservations,
  type Deployment,
  type InnerObservations,
  observeChain,
  observeInside,
} from './observations.js'
import type { Fault, HealthCheckName, HealthCheckResult, HealthReport } from './report.js'

/** Options of {@link createHealthChecks}. */
export interface HealthChecksOptions extends CanaryOptions {
  config: DownloadConfig
  /** Address of the proxy as clients reach it, such as `https://www.example.com`. */
  publicUrl: string | URL
  /** Address of the application behind it. Default: `server.application` of the configuration. */
  applicationUrl?: string | URL | undefined
  /** Where the handler of the canaries is mounted. Default: `/-/downloadview`. */
  path?: string | undefined
  /** Milliseconds for each request. Default: 5000. */
  timeout?: number | undefined
}

/** How {@link HealthChecks.run} is to run. */
export interface RunOptions {
  /** Runs every check, also where the whole chain is healthy. Default: `false`. */
  all?: boolean | undefined
}

/** Checks of one deployment. */
export interface HealthChecks {
  /**
   * Runs the whole chain through the proxy first; where that fails, the other checks find out which part is guilty. It
   * never throws for what is wrong with the deployment.
   */
  run(options?: RunOptions): Promise<HealthReport>
}

/**
 * Makes the checks of a live deployment, in which {@link createCanaryHandler} is mounted.
 *
 * @throws ConfigurationError for addresses, a time or a configuration that could not work.
 */
export function createHealthChecks(options: HealthChecksOptions): HealthChecks {
  const canaries = canariesOf(options.config, options)
  const deployment = deploymentOf(options)
  return {
    async run({ all = false } = {}) {
      const results = await Promise.all(canaries.map((each) => checkRule(deployment, each, all)))
      const checks = results.flat()
      return { ok: checks.every(({ ok }) => ok), checks }
    },
  }
}

/** Where the handler of the canaries is mounted, unless somebody says otherwise. */
export const DEFAULT_PATH = '/-/downloadview'

function deploymentOf(options: HealthChecksOptions): Deployment {
  const { config, publicUrl, applicationUrl, path = DEFAULT_PATH, timeout = 5000 } = options
  if (!/^(\/[^/?#\s]+)+\/?$/.test(path)) {
    throw new ConfigurationError(
      `path (--path) must begin with "/" and have no query or blanks, got ${JSON.stringify(path)}.`,
    )
  }
  assertMilliseconds('timeout', timeout, 1)
  return {
    config,
    publicUrl: toBaseUrl(publicUrl, 'publicUrl (--public)'),
    applicationUrl: toBaseUrl(applicationUrl ?? serverOf(config).application, 'applicationUrl (--application)'),
    path: path.replace(/\/$/, ''),
    timeout,
  }
}

async function checkRule(deployment: Deployment, canaries: Canaries, all: boolean): Promise<HealthCheckResult[]> {
  const chain = await observeChain(deployment, canaries)
  const isHealthy = chainFault(chain, undefined) === undefined
  const inner = isHealthy && !all ? undefined : await observeInside(deployment, canaries)
  const fault = chainFault(chain, inner)
  const results = [
    result('chain', canaries, fault, 'Files arrive through the proxy, whole and in ranges.', chainDetails(chain)),
    proxyResult(canaries, chain, fault),
  ]
  return inner === undefined ? results : [...results, ...innerResults(canaries, chain, inner)]
}

/** The proxy is judged by what comes out of it, the rest being known to be well; and by what it must not send. */
function proxyResult(canaries: Canaries, chain: ChainObservations, fault: Fault | undefined): HealthCheckResult {
  const own = locationFault(chain) ?? (fault?.guilty === 'proxy' || fault?.code === 'proxy-down' ? fault : undefined)
  const { location } = chain
  const details = location === undefined ? {} : { location: seen(location) }
  const message =
    location === undefined ? 'The proxy answers.' : `The proxy answers, and ${canaries.plain.rule.location} is closed.`
  return result('proxy', canaries, own, message, details)
}

function innerResults(canaries: Canaries, chain: ChainObservations, inner: InnerObservations): HealthCheckResult[] {
  const { application, files } = inner
  const ownFault = applicationFault(chain, inner)
  const isServed = ownFault === undefined || chainFault(chain, undefined) === undefined
  const isElsewhere = areElsewhere(files) && isServed
  const filesOwnFault = filesFault(chain, inner) ?? (ownFault?.guilty === 'files' ? ownFault : undefined)
  return [
    result('application', canaries, ownFault, 'The application hands its files over.', { ...seenByName(application) }),
    result(
      'files',
      canaries,
      isElsewhere ? undefined : filesOwnFault,
      isElsewhere ? 'The files are not on this machine; the application has them.' : 'The canary files can be read.',
      { ...files },
    ),
  ]
}

function result(
  name: HealthCheckName,
  { plain: { rule } }: Canaries,
  fault: Fault | undefined,
  healthy: string,
  details: Readonly<Record<string, unknown>>,
): HealthCheckResult {
  const outcome = fault === undefined ? { code: 'ok' as const, message: healthy } : fault
  return { name, rule: rule.position, ok: fault === undefined, ...outcome, details }
}

function chainDetails({ answers, range }: ChainObservations): Readonly<Record<string, unknown>> {
  return { ...seenByName(answers), range: seen(range) }
}

function seenByName(answers: ByName<Answer>): ByName<unknown> {
  return byName((name) => seen(answers[name]))
}

/** An answer as plain data, short enough to read. */
function seen(answer: Answer): Readonly<Record<string, unknown>> {
  if ('failure' in answer) return { url: answer.url, failure: answer.failure, reason: answer.reason }
  const handOver = handOverOf(answer)
  return {
    url: answer.url,
    status: answer.status,
    bytes: answer.body.length,
    ...(handOver === undefined ? {} : { [handOver.header]: Buffer.from(handOver.value, 'latin1').toString() }),
  }
}
