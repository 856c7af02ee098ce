import type { HealthCheckResult, HealthCheckService } from '@nestjs/terminus'
import { createHealthChecks, toTerminusIndicator } from 'downloadview/health'
import config from './downloadview.config.js'

const checks = createHealthChecks({ config, publicUrl: 'https://files.example' })
const downloads = toTerminusIndicator(checks, 'downloads', { down: 'return' })

export function checkHealth(health: HealthCheckService): Promise<HealthCheckResult> {
  return health.check([downloads])
}
