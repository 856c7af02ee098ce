import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HealthReport } from './report.js'
import { DownloadHealthError, toTerminusIndicator } from './terminus.js'

const checks = (ok: boolean, onRun = () => {}) => ({
  run: async (): Promise<HealthReport> => {
    onRun()
    return {
      ok,
      checks: [
        ok
          ? { name: 'chain', rule: 1, ok, code: 'ok', message: '/srv', details: {} }
          : { name: 'chain', rule: 1, ok, code: 'proxy-down', guilty: 'proxy', message: '/srv', mend: '', details: {} },
      ],
    }
  },
})

test('health is up under the key', async () => {
  assert.deepEqual(await toTerminusIndicator(checks(true), 'files')(), {
    files: { status: 'up', checks: [{ name: 'chain', rule: 1, ok: true, code: 'ok' }] },
  })
})

test('a fault is thrown as what Terminus 10 and 11 know, and as a 503 to everybody else', async () => {
  await assert.rejects(toTerminusIndicator(checks(false)), (error) => {
    assert.ok(error instanceof DownloadHealthError, String(error))
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

for (const ok of [true, false]) {
  test(`who asks again soon after hears of the same run, which was ${ok ? 'well' : 'not'}`, async () => {
    let runs = 0
    const indicator = toTerminusIndicator(
      checks(ok, () => void runs++),
      'files',
      { down: 'return', maxAge: 60_000 },
    )
    await Promise.all([indicator(), indicator()])
    assert.equal((await indicator()).files.status, ok ? 'up' : 'down')
    assert.equal(runs, 1)
  })
}

test('a report is only shown again while it is young enough', async () => {
  let runs = 0
  const indicator = toTerminusIndicator(
    checks(true, () => void runs++),
    'files',
    { maxAge: 0 },
  )
  await indicator()
  await indicator()
  assert.equal(runs, 2)
})

test('an age that is no time is refused at once', () => {
  assert.throws(() => toTerminusIndicator(checks(true), 'files', { maxAge: Number.NaN }), {
    name: 'ConfigurationError',
    message: 'maxAge must be a whole number of milliseconds from 0 to 2147483647, got NaN.',
  })
})
