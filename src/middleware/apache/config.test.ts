import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DownloadConfig, Rule } from '../config.js'
import { apacheConfig } from './config.js'

const config = (...rules: Rule<'apache'>[]): DownloadConfig => ({ backend: 'apache', rules })
const CONFIG = config(
  { sourceDir: '/srv/my files' },
  { sourceUrl: '/media/', destinationDir: '/mnt/media/' },
  { sourceDir: '/srv/b', destinationDir: '/mnt/b' },
)

test('the application decides about every request', () => {
  const text = apacheConfig({
    ...CONFIG,
    server: { listen: '127.0.0.1:8080', serverName: 'files.example', application: 'http://127.0.0.1:4000' },
  })
  assert.match(text, /^Listen 127\.0\.0\.1:8080\n<VirtualHost \*:8080>\n {4}ServerName files\.example$/m)
  assert.match(text, /^ {4}ProxyPass "\/" "http:\/\/127\.0\.0\.1:4000\/" nocanon$/m)
})

test('the first name is that of the host, others are aliases', () => {
  const text = apacheConfig({ ...CONFIG, server: { serverName: 'a.example *.a.example b.example' } })
  assert.match(text, /^ {4}ServerName a\.example\n {4}ServerAlias \*\.a\.example\n {4}ServerAlias b\.example\n\n/m)
  assert.match(apacheConfig(CONFIG), /^ {4}ServerName localhost\n\n/m)
})

test('Apache may read the folders that it sees, and no others', () => {
  const folders = [...apacheConfig(CONFIG).matchAll(/^ {4}XSendFilePath "(.*)"$/gm)].map(([, folder]) => folder)
  assert.deepEqual(folders, ['/srv/my files/', '/mnt/media/', '/mnt/b/'])
})

test('the path is taken as it is and the tag is the application’s, in all versions of mod_xsendfile', () => {
  const text = apacheConfig(CONFIG)
  assert.match(text, /<IfDirective XSendFileUnescape>\n {8}XSendFileUnescape Off\n {4}<\/IfDirective>/)
  assert.match(text, /^ {4}XSendFileIgnoreEtag Off$/m)
  assert.match(text, /^ {4}FileETag None$/m)
})

test('what a browser claims about hand-over is taken away', () => {
  for (const name of ['X-Sendfile-Type', 'X-Accel-Mapping']) {
    assert.ok(apacheConfig(CONFIG).includes(`RequestHeader unset ${name} early`), name)
  }
})

test('nothing can break out of the file', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how Apache writes a variable.
  for (const sourceDir of ['/srv/"\nInclude "/etc/shadow', '/srv/${PATH}', '/srv/back\\', '/srv/%{a}']) {
    assert.throws(() => apacheConfig(config({ sourceDir })), { name: 'ConfigurationError' })
    const text = apacheConfig(config({ sourceDir, destinationDir: '/mnt' }))
    assert.ok(text.includes(`    # Rule 1: files below ${JSON.stringify(sourceDir)}\n`), text)
  }
  // A line of Apache's goes on after a backslash, and so does a comment.
  assert.doesNotMatch(apacheConfig(config({ sourceDir: '/srv/back\\', destinationDir: '/mnt' })), /\\$/m)
})

test('a rule without a folder is refused', () => {
  const rule = { sourceUrl: 'https://bucket.example/' } as Rule<'apache'>
  assert.throws(() => apacheConfig(config(rule)), /rule 1 has a sourceUrl but no destinationDir/)
})
