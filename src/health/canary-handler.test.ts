import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ConfigurationError, StorageError } from '../errors.js'
import type { Outcome } from '../handler.js'
import type { DownloadConfig } from '../middleware/config.js'
import { DownloadResponse } from '../responses/download.js'
import { MemoryStorage } from '../storages/memory.js'
import { canariesOf } from './canary.js'
import { type CanaryHandlerOptions, createCanaryHandler } from './canary-handler.js'
import type { CanaryParams } from './canary-view.js'
import { plainRequest } from './plain-request.js'
import { writeCanaries } from './write-canaries.js'

const folder = mkdtempSync(join(tmpdir(), 'downloadview-canaries-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const CONFIG: DownloadConfig = { backend: 'nginx', rules: [{ sourceDir: folder, destinationUrl: '/protected/' }] }
await writeCanaries(CONFIG)

test('a canary is handed over as the configuration says, with the headers that have to arrive', async () => {
  const { headers } = await ask({ rule: '1', name: 'hostile' })
  assert.equal(
    headers.get('X-Accel-Redirect'),
    '/protected/downloadview-canary/rule-1/canary%20%C3%A9%20100%2525%20a%2Bb%20%231.txt',
  )
  assert.equal(headers.get('X-Content-Type-Options'), 'nosniff')
  assert.equal(headers.get('Vary'), 'Cookie')
  assert.equal(headers.get('Cache-Control'), 'private, no-store')
  assert.match(headers.get('Content-Security-Policy') ?? '', /default-src 'none'/)
})

test('an application that streams sends a copy of its own, in ranges as well', async () => {
  const outcome = await ask({ rule: '1', name: 'plain' }, { middleware: false })
  assert.ok(outcome instanceof DownloadResponse, 'The file was not sent.')
  const own = canariesOf(CONFIG)[0]?.plain.streamed as Uint8Array
  assert.deepEqual(await read(outcome), Buffer.from(own))
  assert.deepEqual(await read(outcome, { start: 200, end: 299 }), Buffer.from(own.subarray(200, 300)))
})

test('another file in the place of a canary is neither sent nor handed over', async () => {
  for (const backend of ['none', 'nginx'] as const) {
    const config = { backend, rules: CONFIG.rules }
    const storage = new MemoryStorage()
    await writeCanaries(config, { storages: { 1: storage } })
    const [canaries] = canariesOf(config)
    for (const secret of ['a secret', 'x'.repeat(canaries?.plain.content.length ?? 0)]) {
      await storage.save('downloadview-canary/rule-1/canary.txt', secret)
      const outcome = await ask({ rule: '1', name: 'plain' }, { storages: { 1: storage } }, config)
      assert.ok(!(outcome instanceof DownloadResponse), 'The file was sent.')
      assert.deepEqual([outcome.status, outcome.headers.get('X-Downloadview-Canary')], [404, 'changed'])
      assert.equal(outcome.headers.get('X-Accel-Redirect'), null)
    }
  }
})

test('what is not there is told apart by a mark', async () => {
  const empty = { backend: 'nginx', rules: [{ sourceUrl: '/media/', destinationUrl: '/x/' }] } as const
  const broken = new MemoryStorage()
  broken.stat = () => Promise.reject(new StorageError('The disk failed.'))
  const marks = [
    await ask({ rule: '2', name: 'plain' }),
    await ask({ rule: '1', name: 'constructor' }),
    await ask({ rule: '01', name: 'plain' }),
    await ask({ rule: '1', name: 'plain' }, {}, empty),
    await ask({ rule: '1', name: 'plain' }, { storages: { 1: new MemoryStorage() } }, empty),
    await ask({ rule: '1', name: 'plain' }, { storages: { 1: broken } }, empty),
  ].map((outcome) => [(outcome as { status: number }).status, outcome.headers.get('X-Downloadview-Canary')])
  assert.deepEqual(marks, [
    [404, 'no-rule'],
    [404, 'no-rule'],
    [404, 'no-rule'],
    [404, 'no-storage'],
    [404, 'missing'],
    [503, 'unreadable'],
  ])
})

test('a route without its parameters is refused with what it needs', async () => {
  await assert.rejects(
    async () => ask({ name: 'plain' } as never),
    (error) => {
      assert.ok(error instanceof ConfigurationError, String(error))
      assert.match(error.message, /CanaryView: the route has no parameter "rule"\. .*"\/-\/downloadview\/:rule\/:name"/)
      return true
    },
  )
})

async function ask(params: CanaryParams, options: CanaryHandlerOptions = {}, config = CONFIG): Promise<Outcome> {
  return createCanaryHandler(config, options)({ ...plainRequest, params })
}

async function read({ file }: DownloadResponse, range?: { start: number; end: number }): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of file.open(range)) chunks.push(chunk)
  return Buffer.concat(chunks)
}
