import assert from 'node:assert/strict'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ConfigurationError } from '../errors.js'
import { LocalFile } from '../files/local.js'
import type { DownloadRequest, Outcome } from '../handler.js'
import { DownloadResponse } from '../responses/download.js'
import { RequestMappingMiddleware } from './request-mapping.js'

const folder = await realpath(await mkdtemp(join(tmpdir(), 'mapping-')))
await writeFile(join(folder, 'é 1.txt'), 'x')
after(() => rm(folder, { recursive: true }))

const trusted = new RequestMappingMiddleware({ trustedHops: ['127.0.0.1', '10.1.0.0/16', 'fd00::/8'] })

test('a trusted proxy maps a folder to its location', async () => {
  for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '10.1.2.3', 'fd00::1']) {
    const headers = { 'x-sendfile-type': 'X-Accel-Redirect', 'x-accel-mapping': `/srv/=/a/, ${folder}/=/b/` }
    assert.equal(header(await answer(headers, address), 'X-Accel-Redirect'), '/b/%C3%A9%201.txt')
  }
})

test('a trusted proxy that asks for X-Sendfile gets the path', async () => {
  const outcome = await answer({ 'x-sendfile-type': 'X-Sendfile' }, '127.0.0.1')
  assert.equal(header(outcome, 'X-Sendfile'), Buffer.from(join(folder, 'é 1.txt')).toString('latin1'))
})

test('nobody else is believed', async () => {
  const headers = { 'x-sendfile-type': 'X-Sendfile', 'x-accel-mapping': '/=/' }
  for (const address of ['192.0.2.1', '10.2.0.1', '::1', undefined]) {
    assert.ok((await answer(headers, address)) instanceof DownloadResponse, String(address))
  }
})

test('a mapping without a type, and a file that no mapping is about, are streamed', async () => {
  assert.ok(
    (await answer({ 'x-accel-mapping': `${folder}/=/b/` }, '127.0.0.1')) instanceof DownloadResponse,
    'One without a type was handed over.',
  )
  const elsewhere = { 'x-sendfile-type': 'X-Accel-Redirect', 'x-accel-mapping': '/srv/=/a/' }
  assert.ok((await answer(elsewhere, '127.0.0.1')) instanceof DownloadResponse, 'A file elsewhere was handed over.')
})

test('a folder may have "=" in its name', async () => {
  const headers = { 'x-sendfile-type': 'X-Accel-Redirect', 'x-accel-mapping': `/srv/a=b/=/c/, ${folder}/ = /b/` }
  assert.equal(header(await answer(headers, '127.0.0.1'), 'X-Accel-Redirect'), '/b/%C3%A9%201.txt')
})

test('a trusted proxy that asks for nonsense is told so', async () => {
  const wrong = [
    { 'x-sendfile-type': 'X-Other' },
    { 'x-sendfile-type': 'X-Accel-Redirect' },
    { 'x-sendfile-type': 'X-Accel-Redirect', 'x-accel-mapping': 'relative=/a/' },
    { 'x-sendfile-type': 'X-Accel-Redirect', 'x-accel-mapping': '/a/' },
  ]
  for (const headers of wrong) await assert.rejects(answer(headers, '127.0.0.1'), ConfigurationError)
})

test('trusted hops must be addresses or networks, and there must be some', () => {
  for (const trustedHops of [[], ['proxy.example'], ['10.0.0.0/99']]) {
    assert.throws(() => new RequestMappingMiddleware({ trustedHops }), ConfigurationError)
  }
})

async function answer(headers: Record<string, string>, remoteAddress: string | undefined): Promise<Outcome> {
  const request = {
    method: 'GET',
    headers: { get: (name: string) => headers[name] ?? null },
    remoteAddress,
  } as unknown as DownloadRequest
  const response = new DownloadResponse(LocalFile.at(join(folder, 'é 1.txt')))
  return trusted.processDownloadResponse(response, request)
}

function header(outcome: Outcome, name: string): string | null {
  return outcome.headers.get(name)
}
