import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HealthCheckResult } from '../health/report.js'
import { formatReport } from './format-report.js'

const FINE: HealthCheckResult = { name: 'files', rule: 1, ok: true, code: 'ok', message: 'Fine.', details: {} }
const FAULT: HealthCheckResult = {
  ...{ name: 'chain', rule: 1, ok: false, code: 'wrong-alias', guilty: 'proxy' },
  ...{ message: 'nginx finds nothing.', mend: 'Set alias.', details: {} },
}

test('a fault that two checks have found is told once', () => {
  const report = { ok: false, checks: [FAULT, { ...FAULT, name: 'proxy' as const }, FINE] }
  assert.equal(
    formatReport(report, { color: false, notes: ['It may be late.'] }),
    `✗ rule 1, whole chain: wrong-alias
✗ rule 1, proxy: wrong-alias
✓ rule 1, files: Fine.

Guilty: proxy (wrong-alias)
  nginx finds nothing.
  Mend: Set alias.

Note: It may be late.
Downloads are not healthy.`,
  )
})

test('what could not be prepared is of no interest where all is well', () => {
  const report = formatReport({ ok: true, checks: [FINE] }, { color: false, notes: ['It may be late.'] })
  assert.equal(report, '✓ rule 1, files: Fine.\nDownloads are healthy.')
})

test('colours mark what is well and what is not', () => {
  const report = formatReport({ ok: false, checks: [FAULT, FINE] }, { color: true, notes: [] })
  assert.ok(report.includes('\u001B[31m✗\u001B[39m'), report)
  assert.ok(report.includes('\u001B[32m✓\u001B[39m'), report)
})
