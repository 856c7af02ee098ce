import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { DownloadResponse } from '../responses/download.js'
import type { HealthChecks } from './health-checks.js'
import { type HealthHandlerOptions, healthHandler } from './health-handler.js'
import { plainRequest } from './plain-request.js'
import type { HealthReport } from './report.js'

const HEALTHY: HealthReport = {
  ok: true,
  checks: [{ name: 'chain', rule: 1, ok: true, code: 'ok', message: 'Fine.', details: { path: '/srv/files' } }],
}
const BROKEN: HealthReport = {
  ok: false,
  checks: [
    {
      ...{ name: 'chain', rule: 1, ok: false, code: 'wrong-alias', guilty: 'proxy' },
      ...{ message: 'No /srv/files.', mend: 'Set alias "/srv/files/".', details: {} },
    },
  ],
}

test('health is a 200 with JSON that nobody keeps', async () => {
  const response = await ask(() => HEALTHY)
  assert.equal(response.status, 200)
  const headers = response.describe(await response.file.stat())
  assert.equal(headers.get('Content-Type'), 'application/json')
  assert.equal(headers.get('Cache-Control'), 'no-store')
  assert.match(headers.get('Content-Disposition') ?? '', /^inline/)
  assert.deepEqual(await json(response), { ok: true, checks: [{ name: 'chain', rule: 1, ok: true, code: 'ok' }] })
})

test('a fault is a 503 that names no path of the server', async () => {
  const response = await ask(() => BROKEN)
  assert.equal(response.status, 503)
  assert.deepEqual(await json(response), {
    ok: false,
    checks: [{ name: 'chain', rule: 1, ok: false, code: 'wrong-alias', guilty: 'proxy' }],
  })
})

test('details are shown where somebody asks for them', async () => {
  assert.deepEqual(await json(await ask(() => BROKEN, { details: true })), BROKEN)
})

test('many who ask at once, or soon after, cause one run', async () => {
  let runs = 0
  const handler = healthHandler(
    checksOf(() => {
      runs++
      return HEALTHY
    }),
    { maxAge: 60_000 },
  )
  await Promise.all([handler(plainRequest), handler(plainRequest)])
  await handler(plainRequest)
  assert.equal(runs, 1)
})

test('an old report is not shown again, and neither is an error', async () => {
  let runs = 0
  const handler = healthHandler(
    checksOf(() => {
      runs++
      if (runs === 1) throw new Error('once')
      return HEALTHY
    }),
    { maxAge: 0 },
  )
  await assert.rejects(async () => handler(plainRequest), /once/)
  await handler(plainRequest)
  await handler(plainRequest)
  assert.equal(runs, 3)
})

test('an age that is no time is refused at once', () => {
  for (const maxAge of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '5000', null]) {
    assert.throws(
      () =>
        healthHandler(
          checksOf(() => HEALTHY),
          { maxAge: maxAge as number },
        ),
      {
        name: 'ConfigurationError',
        message: /^maxAge must be a whole number of milliseconds from 0 to 2147483647, got /,
      },
    )
  }
})

test('other methods than GET and HEAD are refused without a run', async () => {
  const handler = healthHandler(checksOf(() => assert.fail('It ran.')))
  const outcome = await handler({ ...plainRequest, method: 'POST' })
  assert.equal((outcome as { status: number }).status, 405)
  assert.equal(outcome.headers.get('Allow'), 'GET, HEAD')
})

async function ask(report: () => HealthReport, options?: HealthHandlerOptions): Promise<DownloadResponse> {
  const outcome = await healthHandler(checksOf(report), options)(plainRequest)
  assert.ok(outcome instanceof DownloadResponse, 'It is no DownloadResponse.')
  return outcome
}

function checksOf(report: () => HealthReport): HealthChecks {
  return { run: async () => report() }
}

async function json({ file }: DownloadResponse): Promise<unknown> {
  const chunks: Uint8Array[] = []
  for await (const chunk of file.open()) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString())
}
