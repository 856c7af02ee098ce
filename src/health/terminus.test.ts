import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HealthReport } from './report.js'
import { DownloadHealthError, toTerminusIndicator } from './terminus.js'

const checks = (ok: boolean) => ({
  run: async (): Promise<HealthReport> => ({
    ok,
    checks: [
      ok
        ? { name: 'chain', rule: 1, ok, code: 'ok', message: '/srv', details: {} }
        : { name: 'chain', rule: 1, ok, code: 'proxy-down', guilty: 'proxy', message: '/srv', mend: '', details: {} },
    ],
  }),
})

test('health is up under the key', async () => {
  assert.deepEqual(await toTerminusIndicator(checks(true), 'files')(), {
    files: { status: 'up', checks: [{ name: 'chain', rule: 1, ok: true, code: 'ok' }] },
  })
})

test('a fault is thrown as what Terminus 10 and 11 know, and as a 503 to everybody else', async () => {
  await assert.rejects(toTerminusIndicator(checks(false)), (error) => {
    assert.ok(error instanceof DownloadHealthError)
    assert.equal(error.isHealthCheckError, true)
    assert.equal(error.statusCode, 503)
    assert.deepEqual(error.causes, {
      downloadview: {
        status: 'down',
        checks: [{ name: 'chain', rule: 1, ok: false, code: 'proxy-down', guilty: 'proxy' }],
      },
    })
    return true
  })
})

test('a fault is returned where that is asked for', async () => {
  const { files } = await toTerminusIndicator(checks(false), 'files', { down: 'return' })()
  assert.equal(files.status, 'down')
})
