import { ContentFile } from '../files/content.js'
import type { DownloadHandler } from '../handler.js'
import { DownloadResponse } from '../responses/download.js'
import { EmptyResponse } from '../responses/empty.js'
import type { HealthChecks } from './health-checks.js'
import { type LatestReportOptions, latestReport } from './latest-report.js'
import type { HealthCheckResult, HealthReport } from './report.js'

/** Options of {@link healthHandler}. */
export interface HealthHandlerOptions extends LatestReportOptions {
  /** `true` also shows messages, mends and details. They name paths of the server: only for who may see them. */
  details?: boolean | undefined
}

/**
 * Answers with the report as JSON: 200 when all is well, 503 when something is not.
 *
 * @throws ConfigurationError for a `maxAge` that is no time.
 */
export function healthHandler(checks: HealthChecks, options: HealthHandlerOptions = {}): DownloadHandler {
  const latest = latestReport(checks, options)
  return async ({ method }) => {
    if (method !== 'GET' && method !== 'HEAD') return new EmptyResponse(405, { Allow: 'GET, HEAD' })
    const report = await latest()
    const file = new ContentFile(`${JSON.stringify(options.details ? report : withoutDetails(report), null, 2)}\n`)
    return new DownloadResponse(file, {
      basename: 'health.json',
      mimeType: 'application/json',
      attachment: false,
      status: report.ok ? 200 : 503,
      cacheControl: 'no-store',
    })
  }
}

/** What may be shown to anybody: nothing that names a path or an address of the server. */
export function withoutDetails({ ok, checks }: HealthReport): PublicReport {
  return {
    ok,
    checks: checks.map(({ name, rule, ok, code, guilty }) => ({
      ...{ name, rule, ok, code },
      ...(guilty === undefined ? {} : { guilty }),
    })),
  }
}

/** A report without words, see {@link withoutDetails}. */
export interface PublicReport {
  readonly ok: boolean
  readonly checks: readonly Pick<HealthCheckResult, 'name' | 'rule' | 'ok' | 'code' | 'guilty'>[]
}
