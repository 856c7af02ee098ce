export type { CanaryName, CanaryOptions } from './canary.js'
export { type CanaryHandlerOptions, createCanaryHandler } from './canary-handler.js'
export type { CanaryParams } from './canary-view.js'
export { createHealthChecks, type HealthChecks, type HealthChecksOptions, type RunOptions } from './health-checks.js'
export { type HealthHandlerOptions, healthHandler } from './health-handler.js'
export type { FaultCode, GuiltyPart, HealthCheckName, HealthCheckResult, HealthReport } from './report.js'
export {
  DownloadHealthError,
  type TerminusIndicatorOptions,
  type TerminusResult,
  type TerminusStatus,
  toTerminusIndicator,
} from './terminus.js'
export { type WrittenCanary, writeCanaries } from './write-canaries.js'
