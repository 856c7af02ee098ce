/** What a deployment is checked for, from its files to the whole chain. */
export type HealthCheckName = 'chain' | 'proxy' | 'application' | 'files'

/** Where to look for the fault. */
export type GuiltyPart = 'application' | 'proxy' | 'files' | 'network' | 'configuration'

/** A kind of fault; each has its line in the page about `downloadview doctor`. */
export type FaultCode =
  | 'application-down'
  | 'application-error'
  | 'backend-none'
  | 'canary-missing'
  | 'canary-not-mounted'
  | 'canary-refused'
  | 'encoding-mismatch'
  | 'files-unreadable'
  | 'folder-missing'
  | 'hand-over-differs'
  | 'hand-over-ignored'
  | 'header-dropped'
  | 'location-open'
  | 'not-handed-over'
  | 'permission-denied'
  | 'proxy-down'
  | 'proxy-error'
  | 'ranges-broken'
  | 'rule-mismatch'
  | 'rule-shadowed'
  | 'upstream-wrong'
  | 'wrong-alias'
  | 'wrong-bytes'

/** What is wrong, and what to do about it, in words for whoever runs the server. They may name paths of it. */
export interface Fault {
  readonly code: FaultCode
  readonly guilty: GuiltyPart
  readonly message: string
  readonly mend: string
}

/** What came of one check of one rule. */
export interface HealthCheckResult {
  readonly name: HealthCheckName
  /** Position of the rule in the configuration, from 1. */
  readonly rule: number
  readonly ok: boolean
  /** Stable name of the fault, for programs. */
  readonly code: FaultCode | 'ok'
  readonly guilty?: GuiltyPart
  readonly message: string
  readonly mend?: string
  /** What was seen, as plain data. */
  readonly details: Readonly<Record<string, unknown>>
}

/** What came of all checks. */
export interface HealthReport {
  readonly ok: boolean
  readonly checks: readonly HealthCheckResult[]
}
