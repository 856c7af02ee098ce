import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import type { HealthReport } from '../../src/health/index.js'
import type { Rule } from '../../src/middleware/config.js'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { proxies } from '../proxies/servers.js'
import { ruleFor, withDeployment } from './deployment.js'

for (const proxy of Object.values(proxies)) {
  test(`${proxy.name}: a deployment by our own configuration is healthy, by the whole chain and by every check`, async () => {
    await withDeployment({ proxy }, async (site) => {
      const quick = await site.check()
      assert.deepEqual(summary(quick), ['chain 1 ok', 'proxy 1 ok'])
      const all = await site.check({ all: true })
      assert.deepEqual(summary(all), ['chain 1 ok', 'proxy 1 ok', 'application 1 ok', 'files 1 ok'])
      assert.equal(quick.ok && all.ok, true)
    })
  })
}

test('files of another server are healthy behind nginx, in rules beside those of a folder', async () => {
  const root = mkdtempSync(join(tmpdir(), 'downloadview-objects-'))
  const objects = createServer(
    toNodeHandler(StorageDownloadView.asView({ storage: new FileSystemStorage({ root }) }), {
      route: '/objects/*path',
    }),
  )
  await new Promise<void>((resolve) => objects.listen(0, '127.0.0.1', resolve))
  const baseUrl = `http://127.0.0.1:${(objects.address() as AddressInfo).port}/objects/`
  const remote = { sourceUrl: baseUrl, destinationUrl: '/protected/objects/' }
  const rules = (folder: string) => [ruleFor(proxies.nginx, join(folder, 'files')), remote]
  const canaries = () => ({ storages: { 2: new FileSystemStorage({ root, baseUrl }) } })
  try {
    await withDeployment({ rules, canaries }, async (site) => {
      const report = await site.check({ all: true })
      assert.equal(report.ok, true, JSON.stringify(report, null, 2))
      assert.deepEqual(summary(await site.check()), ['chain 1 ok', 'proxy 1 ok', 'chain 2 ok', 'proxy 2 ok'])
    })
  } finally {
    objects.closeAllConnections()
    await new Promise((resolve) => objects.close(resolve))
    rmSync(root, { recursive: true })
  }
})

test('where the files are not on this machine, the word of the application counts', async () => {
  await withDeployment({}, async (site) => {
    const [rule] = site.config.rules
    const elsewhere = { ...site.config, rules: [{ ...rule, sourceDir: '/not/on/this/machine' } as Rule] }
    const report = await site.check({ all: true, config: elsewhere })
    assert.equal(report.ok, true, JSON.stringify(report, null, 2))
    assert.match(report.checks[3]?.message ?? '', /not on this machine/)
  })
})

test('the canaries may be mounted elsewhere', async () => {
  await withDeployment({ path: '/internal/canaries' }, async (site) => {
    assert.equal((await site.check({ path: '/internal/canaries/' })).ok, true)
    assert.equal((await site.check()).checks[0]?.code, 'canary-not-mounted')
  })
})

function summary({ checks }: HealthReport): string[] {
  return checks.map(({ name, rule, code }) => `${name} ${rule} ${code}`)
}
