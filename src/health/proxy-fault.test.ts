import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import type { DownloadConfig } from '../middleware/config.js'
import type { Answered } from './ask.js'
import { canariesOf } from './canary.js'
import type { InnerObservations } from './observations.js'
import { proxyDown, proxyFault } from './proxy-fault.js'
import type { Fault } from './report.js'

const URL_OF_CANARY = 'https://files.example/-/downloadview/1/plain'

test('a proxy whose name or certificate is wrong is a matter of the network', () => {
  const parts = (['refused', 'timeout', 'broken', 'unreachable', 'tls'] as const).map((failure) => {
    const { code, guilty } = proxyDown({ url: URL_OF_CANARY, failure, reason: 'so' })
    return `${failure}: ${code} ${guilty}`
  })
  assert.deepEqual(parts, [
    'refused: proxy-down proxy',
    'timeout: proxy-down proxy',
    'broken: proxy-down proxy',
    'unreachable: proxy-down network',
    'tls: proxy-down network',
  ])
})

test('a redirect tells where clients end up, and to give that address', () => {
  const fault = found('nginx', { status: 301, headers: { location: 'https://www.files.example/' } })
  assert.equal(fault.code, 'proxy-error')
  assert.match(fault.message, /301, to https:\/\/www\.files\.example\//)
  assert.match(fault.mend, /--public/)
})

test('a 403 is about permissions, but for lighttpd where others may read the file', () => {
  const codes = (['nginx', 'caddy', 'lighttpd', 'none'] as const).map((backend) => found(backend, { status: 403 }).code)
  assert.deepEqual(codes, ['permission-denied', 'permission-denied', 'wrong-alias', 'permission-denied'])
})

test('a file that only its owner may read is a matter of permissions where a server says 404 to both', () => {
  const closed = {
    files: { plain: { state: 'readable', path: '/srv/files/a', closed: '/srv/files' } },
  } as InnerObservations
  const inner = { ...closed, application: { plain: answered({ status: 200 }) } } as InnerObservations
  assert.equal(found('apache', { status: 404 }, inner).code, 'permission-denied')
  assert.match(found('apache', { status: 404 }, inner).message, /"\/srv\/files" lets only its owner and its group in/)
  assert.equal(found('nginx', { status: 404 }, inner).code, 'wrong-alias')
})

test('every server has its own words for what to do', () => {
  const mends = (['nginx', 'apache', 'lighttpd', 'caddy'] as const).map(
    (backend) => found(backend, { status: 404 }).mend,
  )
  assert.equal(new Set(mends).size, 4)
  for (const mend of mends) assert.match(mend, /\/srv\/seen/)
})

function found(
  backend: DownloadConfig['backend'],
  answer: Partial<Answered>,
  inner: InnerObservations | undefined = undefined,
): Fault {
  const isToldPaths = backend === 'apache' || backend === 'lighttpd'
  const rule = isToldPaths ? { destinationDir: '/srv/seen' } : { destinationUrl: '/protected/', files: '/srv/seen' }
  const config = { backend, rules: [{ sourceDir: '/srv/files', ...rule }] } as DownloadConfig
  const [canaries] = canariesOf(config)
  assert.ok(canaries, 'There is no rule.')
  return proxyFault(answered(answer), canaries.plain, inner)
}

function answered(answer: Partial<Answered>): Answered {
  const headers = { 'content-disposition': 'attachment; filename="canary.txt"' }
  return { url: URL_OF_CANARY, status: 200, headers, body: Buffer.alloc(0), ...answer }
}
