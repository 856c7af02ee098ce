import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { BackendName, DownloadConfig, Rule } from '../../src/middleware/config.js'
import { serveListener } from '../http/serve.js'
import { eventually } from '../support/eventually.js'
import { proxies, type RunningProxy, startProxy } from './servers.js'

/** What `docs/troubleshooting.md` says that the servers write into their logs, against what they write. */
const page = readFileSync(fileURLToPath(new URL('../../docs/troubleshooting.md', import.meta.url)), 'utf8')
const rows = [...page.matchAll(/^\| `(.+)` \| (nginx|Apache|lighttpd) \|/gm)]

const folder = await realpath(await mkdtemp(join(tmpdir(), 'log-messages-')))
const media = join(folder, 'media')
const told: { header: string; value: string } = { header: '', value: '' }

before(async () => {
  chmodSync(folder, 0o755)
  mkdirSync(join(media, 'closed'), { recursive: true })
  writeFileSync(join(media, 'closed', 'file.txt'), 'text')
  writeFileSync(join(folder, 'outside.txt'), 'text')
  // For nobody: the servers run as another user, or as the one that runs the tests.
  chmodSync(join(media, 'closed'), 0)
})

after(async () => {
  chmodSync(join(media, 'closed'), 0o700)
  await rm(folder, { recursive: true })
})

test('the page has messages of three servers', () => {
  assert.deepEqual([...new Set(rows.map(([, , server]) => server))], ['nginx', 'Apache', 'lighttpd'])
})

test('nginx writes them', async () => {
  await logging('nginx', { sourceDir: media, destinationUrl: '/protected/' }, async (ask) => {
    await ask('X-Accel-Redirect', '/protected/missing.txt')
    await ask('X-Accel-Redirect', '/protected/closed/file.txt')
  })
})

test('Apache writes them', async () => {
  await logging('apache', { sourceDir: media }, async (ask) => {
    await ask('X-Sendfile', join(media, 'missing.txt'))
    await ask('X-Sendfile', join(folder, 'outside.txt'))
  })
})

test('lighttpd writes them', async () => {
  await logging('lighttpd', { sourceDir: media }, async (ask) => {
    await ask('X-Sendfile', join(folder, 'outside.txt'))
  })
})

async function logging(
  backend: Exclude<BackendName, 'litespeed'>,
  rule: object,
  use: (ask: (header: string, value: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const application = await serveListener((_request, response) => {
    if (told.header !== '') response.setHeader(told.header, told.value)
    response.writeHead(told.header === '' ? 204 : 200).end()
  })
  const config: DownloadConfig = { backend, rules: [rule as Rule], server: { application } }
  const proxy: RunningProxy = await startProxy(proxies[backend], config)
  try {
    await use(async (header, value) => {
      Object.assign(told, { header, value })
      const { status } = await fetch(proxy.origin)
      assert.ok(status === 403 || status === 404, `${status} for ${value}`)
    })
    for (const message of messagesOf(backend)) {
      await eventually(() => patternOf(message).test(proxy.log())).catch(() => {
        assert.fail(`${message} is not in the log:\n${proxy.log()}`)
      })
    }
  } finally {
    Object.assign(told, { header: '', value: '' })
    await proxy.stop()
  }
}

function messagesOf(backend: BackendName): string[] {
  return rows.filter(([, , server]) => server?.toLowerCase() === backend).map(([, message = '']) => message)
}

function patternOf(message: string): RegExp {
  const parts = message.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(parts.join('.*'))
}
