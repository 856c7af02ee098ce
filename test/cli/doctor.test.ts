import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { HealthReport } from '../../src/health/index.js'
import { type Deployed, replaced, withDeployment } from '../health/deployment.js'
import { downloadview, downloadviewAtTerminal } from './command.js'

describe('downloadview doctor on a live deployment', () => {
  test('a healthy one ends with 0', async () => {
    await withDeployment({}, async (site) => {
      assert.deepEqual(await downloadview(folderOf(site), ['doctor', '--public', site.publicUrl]), {
        code: 0,
        out: `Native sender: active
✓ rule 1, whole chain: Files arrive through the proxy, whole and in ranges.
✓ rule 1, proxy: The proxy answers, and /protected/files/ is closed.
Downloads are healthy.
`,
        err: '',
      })
      const all = await downloadview(folderOf(site), ['doctor', '--public', site.publicUrl, '--all'])
      assert.equal(all.out.match(/^✓/gm)?.length, 4)
    })
  })

  test('a fault ends with 1, and names the guilty part and the mend', async () => {
    await withDeployment({ edit: (text) => replaced(text, /alias ".*"/g, 'alias "/srv/nowhere/"') }, async (site) => {
      const { code, out, err } = await downloadview(folderOf(site), ['doctor', '--public', site.publicUrl])
      assert.deepEqual({ code, err }, { code: 1, err: '' })
      assert.match(out, /^✗ rule 1, whole chain: wrong-alias$/m)
      assert.match(out, /^✓ rule 1, application: /m)
      assert.match(out, /^Guilty: proxy \(wrong-alias\)\n {2}nginx does not find the file of rule 1: 404 at http/m)
      assert.match(out, /^ {2}Mend: In location \/protected\/files\/ set `alias ".*\/files\/";`/m)
      assert.equal(out.match(/^Guilty/gm)?.length, 1)
      assert.match(out, /^Downloads are not healthy\.$/m)
    })
  })

  test('--json tells it to a monitor', async () => {
    await withDeployment({ edit: (text) => replaced(text, 'internal;', '') }, async (site) => {
      const { code, out } = await downloadview(folderOf(site), ['doctor', '--json', '--public', site.publicUrl])
      const report = JSON.parse(out) as HealthReport
      assert.equal(code, 1)
      assert.equal(report.ok, false)
      assert.deepEqual(
        report.checks.map(({ name, rule, ok, code, guilty }) => ({ name, rule, ok, code, guilty })),
        [
          { name: 'chain', rule: 1, ok: true, code: 'ok', guilty: undefined },
          { name: 'proxy', rule: 1, ok: false, code: 'location-open', guilty: 'proxy' },
        ],
      )
    })
  })

  test('it says whether the native sender is active', async () => {
    await withDeployment({}, async (site) => {
      const args = ['doctor', '--public', site.publicUrl]
      const env = { DOWNLOADVIEW_NATIVE: '0' }
      assert.match((await downloadview(folderOf(site), args)).out, /^Native sender: active$/m)
      const { out } = await downloadview(folderOf(site), args, env)
      assert.match(out, /^Native sender: off by DOWNLOADVIEW_NATIVE=0$/m)
      const { out: json } = await downloadview(folderOf(site), [...args, '--json'], env)
      assert.deepEqual(JSON.parse(json).native, { state: 'off' })
    })
  })

  test('it writes the canaries that are missing', async () => {
    await withDeployment({ write: false }, async (site) => {
      assert.equal((await downloadview(folderOf(site), ['doctor', '--public', site.publicUrl])).code, 0)
      assert.ok(existsSync(site.path('files/downloadview-canary/rule-1/canary.txt')), 'It is not there.')
    })
  })

  test('where it cannot write them, it says what to do', async () => {
    await withDeployment({ write: false }, async (site) => {
      // A file in the place of the folder stops even root.
      writeFileSync(site.path('files/downloadview-canary'), '')
      const { code, out } = await downloadview(folderOf(site), ['doctor', '--public', site.publicUrl])
      assert.equal(code, 1)
      assert.match(out, /^Guilty: files \(canary-missing\)$/m)
      assert.match(out, /Mend: Call writeCanaries\(config\) when the application starts/)
      assert.match(out, /^Note: The plain canary of rule 1 could not be written from here: /m)
    })
  })

  test('the addresses come from the configuration, unless options say otherwise', async () => {
    await withDeployment({}, async (site) => {
      const { port } = new URL(site.publicUrl)
      const server = { ...site.config.server, listen: `127.0.0.1:${port}`, serverName: 'localhost files.example' }
      writeFileSync(site.path('downloadview.config.json'), JSON.stringify({ ...site.config, server }))
      assert.equal((await downloadview(site.path(), ['doctor', '--all'])).code, 0)
      const elsewhere = ['--application', 'http://127.0.0.1:1', '--path', '/elsewhere', '--all', '--json']
      const { out } = await downloadview(site.path(), ['doctor', ...elsewhere])
      const { checks } = JSON.parse(out) as HealthReport
      assert.match(JSON.stringify(checks), /"url":"http:\/\/127\.0\.0\.1:1\/elsewhere\/1\/plain"/)
    })
  })

  test('it has colours at a terminal, and none with --no-color or NO_COLOR', async () => {
    await withDeployment({}, async (site) => {
      const args = ['doctor', '--public', site.publicUrl]
      const folder = folderOf(site)
      const [coloured, without, against] = await Promise.all([
        downloadviewAtTerminal(folder, args),
        downloadviewAtTerminal(folder, [...args, '--no-color']),
        downloadviewAtTerminal(folder, args, { NO_COLOR: '1' }),
      ])
      assert.ok(coloured.out.includes('\n\u001B[32m✓\u001B[39m rule 1'), coloured.out)
      for (const { out } of [without, against]) {
        assert.ok(!out.includes('\u001B'), out)
        assert.match(out, /^✓ rule 1/m)
      }
    })
  })

  test('an address that is none is wrong use', async () => {
    await withDeployment({}, async (site) => {
      const { code, out, err } = await downloadview(folderOf(site), ['doctor', '--public', 'www.example.com'])
      assert.deepEqual({ code, out }, { code: 2, out: '' })
      assert.match(err, /^downloadview: publicUrl \(--public\) must be the address of a server, .*\n$/)
    })
  })
})

/** The folder of a deployment, with its configuration as the application would have it. */
function folderOf(site: Deployed): string {
  writeFileSync(site.path('downloadview.config.json'), JSON.stringify(site.config))
  return site.path()
}
