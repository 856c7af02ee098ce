import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DownloadConfig, Rule } from '../config.js'
import { caddyConfig } from './config.js'

const config = (...rules: Rule<'caddy'>[]): DownloadConfig => ({ backend: 'caddy', rules })
const CONFIG = config(
  { sourceDir: '/srv/my files', destinationUrl: '/protected/' },
  { sourceUrl: '/media/', destinationUrl: '/media-behind', files: '/mnt/media' },
)

test('the application decides about every request', () => {
  const text = caddyConfig({
    ...CONFIG,
    server: { listen: '127.0.0.1:8080', serverName: 'files.example', application: 'http://127.0.0.1:4000' },
  })
  assert.match(text, /^http:\/\/files\.example:8080 \{\n\tbind 127\.0\.0\.1$/m)
  assert.match(text, /^\treverse_proxy http:\/\/127\.0\.0\.1:4000 \{$/m)
})

test('a port alone is one of every address', () => {
  const text = caddyConfig(CONFIG)
  assert.match(text, /^http:\/\/:80 \{$/m)
  assert.doesNotMatch(text, /^\tbind/m)
  assert.match(caddyConfig({ ...CONFIG, server: { listen: '[::1]:8080' } }), /^\tbind \[::1\]$/m)
})

test('each name is an address of the site; without one, every name is', () => {
  const text = caddyConfig({ ...CONFIG, server: { listen: '8080', serverName: 'files.example *.files.example' } })
  assert.match(text, /^http:\/\/files\.example:8080, http:\/\/\*\.files\.example:8080 \{$/m)
  assert.match(caddyConfig(CONFIG), /^http:\/\/:80 \{$/m)
})

test('each rule has a block of its own, for a whole 200 that names its address', () => {
  const text = caddyConfig(CONFIG)
  for (const [position, path, files] of [
    [1, '/protected', '/srv/my files'],
    [2, '/media-behind', '/mnt/media'],
  ] as const) {
    assert.ok(text.includes(`@rule${position} {\n\t\t\tstatus 200\n\t\t\theader X-Accel-Redirect ${path}/*\n`), text)
    assert.ok(text.includes(`handle_response @rule${position} {\n\t\t\troot * "${files}/"\n`), text)
    assert.ok(text.includes(`uri strip_prefix ${path}\n`), text)
  }
})

test('no rule has a name that another has as well', () => {
  const names = [...caddyConfig(CONFIG).matchAll(/^\t+(@\w+) (?:\{|not )/gm)].map(([, name]) => name)
  assert.equal(names.length, 4)
  assert.deepEqual(names, [...new Set(names)])
})

test('files of another server are refused', () => {
  for (const rule of [
    { sourceUrl: 'https://bucket.example/', destinationUrl: '/bucket/' },
    { sourceUrl: '/media/', destinationUrl: '/bucket/', files: 'https://bucket.example/' },
  ]) {
    assert.throws(() => caddyConfig(config(rule)), {
      name: 'ConfigurationError',
      message:
        'rule 1: Caddy is only told to send files of a folder, not of "https://bucket.example". Set `files` to a folder.',
    })
  }
})

test('nothing can break out of the file', () => {
  for (const sourceDir of ['/srv/"\nimport /etc/shadow', '/srv/{$PATH}', '/srv/{env.SECRET}', '/srv/back\\']) {
    const rule = { sourceDir, destinationUrl: '/there/' }
    assert.throws(() => caddyConfig(config(rule)), { name: 'ConfigurationError' })
    assert.throws(() => caddyConfig(config({ ...rule, destinationUrl: '/{env.SECRET}/', files: '/mnt' })), {
      name: 'ConfigurationError',
    })
  }
})
