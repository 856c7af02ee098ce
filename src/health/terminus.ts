import type { HealthChecks } from './health-checks.js'
import { type PublicReport, withoutDetails } from './health-handler.js'
import { type LatestReportOptions, latestReport } from './latest-report.js'

/** Options of {@link toTerminusIndicator}. */
export interface TerminusIndicatorOptions extends LatestReportOptions {
  /**
   * How a fault is told. Terminus 10 only hears of what is thrown, Terminus 12 only of what is returned, and 11 of
   * either. Default: `'throw'`, with which no version takes a fault for health: Terminus 12 then answers 503 as well,
   * but without its own report.
   */
  down?: 'throw' | 'return' | undefined
}

/** What an indicator tells Terminus. */
export type TerminusResult<Key extends string> = Record<Key, TerminusStatus>

/** One entry of what Terminus shows. */
export interface TerminusStatus extends Pick<PublicReport, 'checks'> {
  status: 'up' | 'down'
  [detail: string]: unknown
}

/** What Terminus 10 and 11 take as a fault, rather than as a crash. */
export class DownloadHealthError<Key extends string = string> extends Error {
  readonly isHealthCheckError = true
  /** Nest answers errors of others with this. */
  readonly statusCode = 503
  readonly causes: TerminusResult<Key>

  constructor(causes: TerminusResult<Key>) {
    super('Downloads are not healthy.')
    this.name = 'DownloadHealthError'
    this.causes = causes
  }
}

/**
 * Makes an indicator for `HealthCheckService.check()` of NestJS Terminus. Nothing of Nest is imported.
 *
 * @throws ConfigurationError for a `maxAge` that is no time.
 */
export function toTerminusIndicator<Key extends string = 'downloadview'>(
  checks: HealthChecks,
  key: Key = 'downloadview' as Key,
  { down = 'throw', ...options }: TerminusIndicatorOptions = {},
): () => Promise<TerminusResult<Key>> {
  const latest = latestReport(checks, options)
  return async () => {
    const report = await latest()
    const status: TerminusStatus = { status: report.ok ? 'up' : 'down', checks: withoutDetails(report).checks }
    const result = { [key]: status } as TerminusResult<Key>
    if (!report.ok && down === 'throw') throw new DownloadHealthError(result)
    return result
  }
}
