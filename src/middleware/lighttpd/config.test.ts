import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DownloadConfig, Rule } from '../config.js'
import { lighttpdConfig } from './config.js'

const config = (...rules: Rule<'lighttpd'>[]): DownloadConfig => ({ backend: 'lighttpd', rules })
const CONFIG = config({ sourceDir: '/srv/my files' }, { sourceUrl: '/media/', destinationDir: '/mnt/media/' })

test('the application decides about every request', () => {
  const text = lighttpdConfig({ ...CONFIG, server: { listen: '127.0.0.1:8080', application: 'http://localhost:4000' } })
  assert.match(text, /^\$SERVER\["socket"\] == "127\.0\.0\.1:8080" \{$/m)
  assert.match(text, /^ {8}"host" => "localhost",\n {8}"port" => 4000,$/m)
})

test('addresses have the forms that lighttpd knows', () => {
  assert.match(lighttpdConfig(CONFIG), /^\$SERVER\["socket"\] == ":80" \{$/m)
  assert.match(
    lighttpdConfig({ ...CONFIG, server: { application: 'http://[::1]' } }),
    /"host" => "::1",\n {8}"port" => 80,/,
  )
})

test('what a browser claims about hand-over is taken away', () => {
  for (const name of ['X-Sendfile-Type', 'X-Accel-Mapping']) {
    assert.ok(lighttpdConfig(CONFIG).includes(`"${name}" => ""`), name)
  }
})

test('lighttpd may read the folders that it sees, and no others', () => {
  const folders = [...lighttpdConfig(CONFIG).matchAll(/^ {12}"(.*)",$/gm)].map(([, folder]) => folder)
  assert.deepEqual(folders, ['/srv/my files/', '/mnt/media/'])
})

test('an application behind TLS is refused: mod_proxy speaks plain HTTP', () => {
  assert.throws(() => lighttpdConfig({ ...CONFIG, server: { application: 'https://host' } }), {
    name: 'ConfigurationError',
    message: 'server.application must begin with http:// for lighttpd, got "https://host".',
  })
})

test('nothing can break out of the file', () => {
  for (const sourceDir of ['/srv/" )\ninclude "/etc/shadow', '/srv/\\', '/srv/$a']) {
    assert.throws(() => lighttpdConfig(config({ sourceDir })), { name: 'ConfigurationError' })
    const text = lighttpdConfig(config({ sourceDir, destinationDir: '/mnt' }))
    assert.ok(text.includes(`            # Rule 1: files below ${JSON.stringify(sourceDir)}\n`), text)
  }
})
