import type { HealthChecks } from './health-checks.js'
import { assertMilliseconds } from './milliseconds.js'
import type { HealthReport } from './report.js'

/** How often whoever asks may cause a run of the checks. */
export interface LatestReportOptions {
  /** Milliseconds for which a report is shown again, so that nobody can make the server check itself all day. Default: 5000. */
  maxAge?: number | undefined
}

/**
 * Gives the report of the latest run while that is young enough, else that of a new one. Everybody who asks meanwhile
 * waits for the same run.
 *
 * @throws ConfigurationError for a `maxAge` that is no time.
 */
export function latestReport(
  checks: HealthChecks,
  { maxAge = 5000 }: LatestReportOptions,
): () => Promise<HealthReport> {
  assertMilliseconds('maxAge', maxAge, 0)
  let latest: Promise<HealthReport> | undefined
  let until = Number.POSITIVE_INFINITY
  return () => {
    if (latest === undefined || performance.now() >= until) {
      until = Number.POSITIVE_INFINITY
      const run = checks.run()
      latest = run
      run
        .finally(() => {
          until = performance.now() + maxAge
        })
        .catch(() => {
          latest = undefined
        })
    }
    return latest
  }
}
