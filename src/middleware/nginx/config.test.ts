import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DownloadConfig, Rule } from '../config.js'
import { nginxConfig } from './config.js'

const config = (...rules: Rule<'nginx'>[]): DownloadConfig => ({ backend: 'nginx', rules })
const local = config({ sourceDir: '/srv/my files', destinationUrl: '/protected' })
const remote = config({ sourceUrl: 'https://bucket.example/public/', destinationUrl: '/bucket/' })

test('the application decides about every request', () => {
  const text = nginxConfig({
    ...local,
    server: { listen: '127.0.0.1:8080', serverName: 'files.example *.b', application: 'http://127.0.0.1:4000/' },
  })
  assert.match(text, /^ {4}listen 127\.0\.0\.1:8080;$/m)
  assert.match(text, /^ {4}server_name files\.example \*\.b;$/m)
  assert.match(text, /^ {4}location \/ \{\n {8}proxy_pass http:\/\/127\.0\.0\.1:4000;$/m)
})

test('a folder is a location that only the application can name', () => {
  const text = nginxConfig(local)
  assert.match(
    text,
    /^ {4}# Rule 1: files below "\/srv\/my files"\n {4}location \/protected\/ \{\n(?: {8}#.*\n)* {8}internal;\n {8}alias "\/srv\/my files\/";$/m,
  )
})

test('a folder at the root of the disk is written as one', () => {
  assert.match(nginxConfig(config({ sourceDir: '/', destinationUrl: '/all/' })), /^ {8}alias "\/";$/m)
})

test('headers that nginx drops are added again, those of the application’s own too, and each once', () => {
  const text = nginxConfig({ ...local, server: { headers: ['X-Own', 'vary', 'cache-control'] } })
  assert.match(text, /^ {8}add_header Content-Security-Policy \$upstream_http_content_security_policy always;$/m)
  assert.match(text, /^ {8}add_header X-Own \$upstream_http_x_own always;$/m)
  const added = [...text.matchAll(/add_header (\S+)/g)].map(([, name]) => name?.toLowerCase())
  assert.deepEqual(added, [...new Set(added)])
  for (const kept of ['content-type', 'content-disposition', 'set-cookie', 'cache-control', 'expires', 'etag']) {
    assert.ok(!added.includes(kept), kept)
  }
})

test('what a browser claims about hand-over is taken away', () => {
  for (const name of ['X-Sendfile-Type', 'X-Accel-Mapping']) {
    assert.ok(nginxConfig(local).includes(`proxy_set_header ${name} "";`), name)
  }
})

describe('another server', () => {
  const text = nginxConfig(remote)

  test('is asked for the file', () => {
    assert.match(text, /^ {8}internal;$/m)
    assert.match(text, /^ {8}proxy_pass https:\/\/bucket\.example\/public\/;$/m)
    assert.doesNotMatch(text, /alias/)
  })

  test('hears nothing of the user', () => {
    for (const name of ['Authorization', 'Cookie']) assert.ok(text.includes(`proxy_set_header ${name} "";`), name)
  })

  test('has no say about headers: those of the application are saved before it is asked', () => {
    const headers = [...text.matchAll(/^ {8}add_header (\S+) (\S+) always;$/gm)]
    assert.ok(headers.length > 10, `${headers.length} headers`)
    for (const [, name = '', variable = ''] of headers) {
      const source = `$upstream_http_${name.toLowerCase().replaceAll('-', '_')}`
      assert.ok(text.includes(`        set ${variable} ${source};`), name)
      assert.ok(text.includes(`        proxy_hide_header ${name};`), name)
    }
    for (const name of ['Content-Type', 'Content-Disposition', 'Set-Cookie', 'Cache-Control', 'Expires']) {
      assert.ok(text.includes(`        proxy_hide_header ${name};`), name)
    }
    assert.match(text, /proxy_ignore_headers X-Accel-Redirect /)
  })

  test('can be named beside a source that is a path', () => {
    const rule = { sourceUrl: '/media/', destinationUrl: '/there/', files: 'http://127.0.0.1:9000/media/' }
    assert.match(nginxConfig(config(rule)), /^ {8}proxy_pass http:\/\/127\.0\.0\.1:9000\/media\/;$/m)
  })
})

test('braces stand in pairs, and every directive ends', () => {
  for (const each of [local, remote]) {
    const lines = nginxConfig(each)
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'))
    for (const line of lines) assert.match(line, /[;{}]$/)
    assert.equal(lines.filter((line) => line.endsWith('{')).length, lines.filter((line) => line.endsWith('}')).length)
  }
})

test('nothing can break out of the file', () => {
  const rule = { sourceDir: '/srv/files', destinationUrl: '/there/' }
  for (const wrong of [
    { ...rule, sourceDir: '/srv/"; }' },
    { ...rule, sourceDir: '/srv/\nfiles' },
    { ...rule, destinationUrl: '/there/ { } location /' },
    { ...rule, files: 'http://host/;}' },
  ]) {
    assert.throws(() => nginxConfig(config(wrong)), { name: 'ConfigurationError' })
  }
  const title = nginxConfig(config({ ...rule, sourceDir: '/srv/\nserver {', files: '/srv/files' }))
  assert.match(title, /^ {4}# Rule 1: files below "\/srv\/\\nserver \{"$/m)
  assert.throws(() => nginxConfig({ ...local, server: { listen: '80; }' } }), { name: 'ConfigurationError' })
})
