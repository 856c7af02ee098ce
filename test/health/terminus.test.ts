import 'reflect-metadata'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HttpException, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import {
  type HealthCheckResult,
  HealthCheckService,
  type HealthIndicatorFunction,
  TerminusModule,
} from '@nestjs/terminus'
import { createHealthChecks, DownloadHealthError, toTerminusIndicator } from '../../src/health/index.js'
import { withDeployment } from './deployment.js'

test('Terminus shows a healthy deployment as up, and one whose proxy has stopped as down', async () => {
  await withDeployment({}, async (site) => {
    const checks = createHealthChecks({ config: site.config, publicUrl: site.publicUrl })
    const up = await check(toTerminusIndicator(checks))
    assert.equal(up.status, 'ok')
    assert.equal(up.info?.['downloadview']?.status, 'up')
    await site.stopProxy()
    const down = await failure(toTerminusIndicator(checks, 'files', { down: 'return' }))
    assert.ok(down instanceof HttpException, 'It is no HttpException.')
    assert.equal(down.getStatus(), 503)
    const { status, error } = down.getResponse() as HealthCheckResult
    assert.equal(status, 'error')
    assert.equal(error?.['files']?.status, 'down')
  })
})

test('a fault that is thrown is never taken for health', async () => {
  await withDeployment({}, async (site) => {
    await site.stopProxy()
    const checks = createHealthChecks({ config: site.config, publicUrl: site.publicUrl })
    const error = await failure(toTerminusIndicator(checks))
    assert.ok(error instanceof DownloadHealthError, String(error))
    assert.equal(error.statusCode, 503)
  })
})

/** Asks Terminus as a controller would. */
async function check(indicator: HealthIndicatorFunction): Promise<HealthCheckResult> {
  class App {}
  Module({ imports: [TerminusModule.forRoot({ logger: false })] })(App)
  const app = await NestFactory.createApplicationContext(App, { logger: false })
  try {
    return await app.get(HealthCheckService).check([indicator])
  } finally {
    await app.close()
  }
}

/** The error that Nest answers with. */
async function failure(indicator: HealthIndicatorFunction): Promise<unknown> {
  const error = await check(indicator).then(
    () => undefined,
    (reason) => reason,
  )
  assert.ok(error instanceof Error, 'Terminus took it for health.')
  return error
}
