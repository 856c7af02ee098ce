import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { apacheConfig } from '../../src/middleware/apache/config.js'
import { caddyConfig } from '../../src/middleware/caddy/config.js'
import type { DownloadConfig } from '../../src/middleware/config.js'
import { lighttpdConfig } from '../../src/middleware/lighttpd/config.js'
import { nginxConfig } from '../../src/middleware/nginx/config.js'
import { COMMAND, downloadview, useFolder } from './command.js'

const CONFIG = {
  backend: 'nginx',
  rules: [{ sourceDir: '/srv/files', destinationUrl: '/protected/' }],
  server: { listen: '8080', serverName: 'files.example' },
} as const satisfies DownloadConfig
const JSON_TEXT = JSON.stringify(CONFIG)
const TYPED = new URL('../../src/index.ts', import.meta.url).href

describe('downloadview config', () => {
  const folder = useFolder({ 'downloadview.config.json': JSON_TEXT })

  test('prints what the writer of the server makes', async () => {
    assert.deepEqual(await downloadview(folder, ['config', 'nginx']), { code: 0, out: nginxConfig(CONFIG), err: '' })
  })

  test('ends without a word when its reader has had enough', async () => {
    const child = spawn(process.execPath, [...COMMAND, 'config', 'nginx'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.destroy()
    let errors = ''
    child.stderr.on('data', (text) => {
      errors += text
    })
    const code = await new Promise((resolve) => child.once('close', resolve))
    assert.deepEqual([code, errors], [0, ''])
  })

  for (const [server, write] of Object.entries({
    apache: apacheConfig,
    lighttpd: lighttpdConfig,
    caddy: caddyConfig,
  })) {
    test(`knows ${server}`, async () => {
      const rule = server === 'caddy' ? CONFIG.rules[0] : { sourceDir: '/srv/files' }
      const config = { ...CONFIG, backend: server as 'caddy', rules: [rule as (typeof CONFIG.rules)[0]] }
      writeFileSync(join(folder, `${server}.json`), JSON.stringify(config))
      const { code, out } = await downloadview(folder, ['config', server, '--config', `${server}.json`])
      assert.deepEqual({ code, out }, { code: 0, out: write(config) })
    })
  }

  test('--output writes a file and prints nothing', async () => {
    assert.deepEqual(await downloadview(folder, ['config', 'nginx', '--output', 'made.conf']), {
      code: 0,
      out: '',
      err: '',
    })
    assert.equal(readFileSync(join(folder, 'made.conf'), 'utf8'), nginxConfig(CONFIG))
  })

  test('a file that cannot be written is one line', async () => {
    const { code, err } = await downloadview(folder, ['config', 'nginx', '--output', 'no/such/folder.conf'])
    assert.equal(code, 2)
    assert.match(err, /^downloadview: --output no\/such\/folder\.conf: ENOENT.*\n$/)
  })

  test('a server without rules is one line', async () => {
    const { code, out, err } = await downloadview(folder, ['config', 'apache'])
    assert.deepEqual({ code, out }, { code: 2, out: '' })
    assert.match(err, /^downloadview: There is no rule for apache\. .*\n$/)
  })

  test('a server that nobody knows is wrong use', async () => {
    const { code, out, err } = await downloadview(folder, ['config', 'iis'])
    assert.deepEqual({ code, out }, { code: 2, out: '' })
    assert.match(err, /'iis' is invalid .* nginx, apache, lighttpd, caddy/)
  })
})

describe('the file of the configuration', () => {
  const files = {
    'downloadview.config.ts': `import { type DownloadConfig, defineConfig } from '${TYPED}'
      const backend: DownloadConfig['backend'] = 'nginx'
      export default defineConfig({ ...(${JSON_TEXT} as const), backend })`,
    'downloadview.config.js': `module.exports = ${JSON_TEXT}`,
    'downloadview.config.json': JSON_TEXT,
  }
  for (const [name, text] of Object.entries(files)) {
    test(`is found as ${name}`, async () => {
      const folder = useFolder({ [name]: text })
      const { code, out, err } = await downloadview(folder, ['config', 'nginx'])
      assert.deepEqual({ code, out, err }, { code: 0, out: nginxConfig(CONFIG), err: '' })
    })
  }

  test('is the one that --config names, wherever the option stands', async () => {
    const folder = useFolder()
    mkdirSync(join(folder, 'etc'))
    writeFileSync(join(folder, 'etc/own.ts'), `export default ${JSON_TEXT}`)
    for (const args of [
      ['--config', 'etc/own.ts', 'config', 'nginx'],
      ['config', 'nginx', '--config', 'etc/own.ts'],
    ]) {
      assert.equal((await downloadview(folder, args)).out, nginxConfig(CONFIG))
    }
  })
})

describe('a configuration that cannot work is one line with the file and the mend', () => {
  const folder = useFolder({
    'syntax.ts': 'const a = 1\n\nexport default { backend: as }}',
    'rule.ts': "export default { backend: 'nginx', rules: [{ sourceDir: 'files', destinationUrl: '/x/' }] }",
    'throws.ts': "throw new Error('The database is gone.')",
  })
  const lines = {
    'syntax.ts': /ParseError: .* in line 3$/,
    'rule.ts': /rule 1: sourceDir must be absolute, got "files"\. Use path\.resolve\(\)\.$/,
  }
  for (const [name, line] of Object.entries(lines)) {
    test(name, async () => {
      const { code, out, err } = await downloadview(folder, ['explain', '/srv/a', '--config', name])
      assert.deepEqual({ code, out }, { code: 2, out: '' })
      const [prefix, rest] = [`downloadview: ${join(folder, name)}: `, err.trimEnd()]
      assert.equal(rest.slice(0, prefix.length), prefix)
      assert.match(rest.slice(prefix.length), line)
      assert.equal(rest.split('\n').length, 1)
    })
  }

  test('there is none', async () => {
    const { code, err } = await downloadview(folder, ['config', 'nginx'])
    assert.equal(code, 2)
    assert.match(err, /^downloadview: There is no downloadview\.config\.ts in .*\. Use --config FILE\.\n$/)
  })

  test('--debug shows where it comes from, and what led to it', async () => {
    const { err } = await downloadview(folder, ['explain', '/srv/a', '--config', 'throws.ts', '--debug'])
    assert.match(err, /\n {4}at .*load-config/)
    assert.match(err, /\[cause\]: Error: The database is gone\./)
  })
})
