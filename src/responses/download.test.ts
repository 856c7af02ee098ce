import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ContentFile } from '../files/content.js'
import type { DownloadFile } from '../files/file.js'
import { formatHttpDate } from '../headers/http-date.js'
import type { FileStat } from '../storages/storage.js'
import { DownloadResponse, type DownloadResponseOptions } from './download.js'
import { NotModifiedResponse } from './not-modified.js'

test('a file of which only the name is known is an attachment, for this user alone, of no other type', () => {
  assert.deepEqual(described('folder/report.pdf'), {
    'Content-Type': 'application/pdf',
    'Content-Disposition': 'attachment; filename="report.pdf"',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, no-cache',
  })
})

test('what a file tells of itself becomes headers, its size aside', () => {
  const stat = { size: 10, etag: 'W/"a"', modifiedTime: new Date('1994-11-06T08:49:37.999Z'), contentType: 'image/png' }
  assert.deepEqual(described('photo', { attachment: false, encoding: 'gzip' }, stat), {
    'Content-Type': 'image/png',
    'Content-Disposition': 'inline; filename="photo"',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, no-cache',
    'Content-Encoding': 'gzip',
    ETag: 'W/"a"',
    'Last-Modified': 'Sun, 06 Nov 1994 08:49:37 GMT',
  })
})

test('the type is the first that is known: header, option, file, name offered, own name', () => {
  const headers = { 'content-type': 'a/header' }
  for (const { name = 'own.pdf', options = {}, stat = {}, type } of [
    { options: { headers, mimeType: 'a/option' }, stat: { contentType: 'a/file' }, type: 'a/header' },
    { options: { mimeType: 'a/option', basename: 'x.png' }, stat: { contentType: 'a/file' }, type: 'a/option' },
    { options: { basename: 'x.png' }, stat: { contentType: 'a/file' }, type: 'a/file' },
    { options: { basename: 'x.png' }, type: 'image/png' },
    { options: { basename: 'report' }, type: 'application/pdf' },
    { options: { mimeType: '' }, stat: { contentType: '' }, type: 'application/pdf' },
    { name: 'data:text/html,x.png', type: 'image/png' },
    { name: 'archive.tar.gz', type: 'application/gzip' },
    { name: 'folder.pdf/readme', type: 'application/octet-stream' },
    { name: '', type: 'application/octet-stream' },
  ]) {
    assert.equal(header('Content-Type', name, options, stat), type, name)
  }
})

test('text has a charset, and only text', () => {
  for (const [options, type] of [
    [{}, 'text/plain; charset=utf-8'],
    [{ charset: 'iso-8859-1' }, 'text/plain; charset=iso-8859-1'],
    [{ charset: '' }, 'text/plain'],
    [{ mimeType: 'text/csv; charset=utf-16', charset: 'utf-8' }, 'text/csv; charset=utf-16'],
    [{ mimeType: 'image/png', charset: 'utf-8' }, 'image/png'],
    [{ headers: { 'Content-Type': 'text/csv' } }, 'text/csv'],
  ] as const) {
    assert.equal(header('Content-Type', 'a.txt', options), type)
  }
})

test('a file is offered under its basename, else under the last part of its own name', () => {
  for (const [name, basename, disposition] of [
    ['/srv/files/report.pdf', undefined, 'attachment; filename="report.pdf"'],
    ['report.pdf', undefined, 'attachment; filename="report.pdf"'],
    ['report.pdf', '', 'attachment; filename="report.pdf"'],
    ['report.pdf', 'invoice.pdf', 'attachment; filename="invoice.pdf"'],
    ['report.pdf', '../../etc/passwd', 'attachment; filename=".._.._etc_passwd"'],
    ['', 'invoice.pdf', 'attachment; filename="invoice.pdf"'],
    ['', undefined, 'attachment'],
    ['folder/', undefined, 'attachment'],
    ['a"b\r\n\u202e.txt', undefined, `attachment; filename="a\\"b__.txt"; filename*=UTF-8''a%22b%20%20.txt`],
  ] as const) {
    assert.equal(header('Content-Disposition', name, { basename }), disposition)
  }
  assert.equal(new DownloadResponse(fileNamed('a/b.txt')).basename, 'b.txt')
  assert.equal(new DownloadResponse(fileNamed('a/b.txt'), { basename: 'c.txt' }).basename, 'c.txt')
})

test('what could run scripts is shown in a sandbox, and nothing else is', () => {
  const sandbox = /^default-src 'none'; .*sandbox$/
  for (const name of ['a.html', 'a.xhtml', 'a.svg', 'a.xml', 'A.HTML']) {
    assert.match(header('Content-Security-Policy', name, { attachment: false }) ?? '', sandbox)
    assert.equal(header('Content-Security-Policy', name), null)
    assert.equal(header('Content-Security-Policy', name, { attachment: false, contentSecurityPolicy: false }), null)
  }
  for (const name of ['a.txt', 'a.png', 'a.pdf', 'a.json', 'a']) {
    assert.equal(header('Content-Security-Policy', name, { attachment: false }), null)
  }
})

test('the sandbox looks at the type and the disposition that are sent, wherever they come from', () => {
  const html = 'text/html; charset=utf-8'
  const cases: { options: DownloadResponseOptions; stat?: FileStat; sandboxed: boolean }[] = [
    { options: { attachment: false, mimeType: 'image/svg+xml' }, sandboxed: true },
    { options: { attachment: false }, stat: { contentType: html }, sandboxed: true },
    { options: { attachment: false }, stat: { contentType: 'image/png, text/html' }, sandboxed: true },
    { options: { attachment: false, headers: { 'Content-Type': html } }, sandboxed: true },
    { options: { attachment: false, headers: { 'Content-Type': ['image/png', html] } }, sandboxed: true },
    { options: { mimeType: html, headers: { 'Content-Disposition': 'inline' } }, sandboxed: true },
    { options: { mimeType: html, headers: { 'Content-Disposition': 'filename="a.html"' } }, sandboxed: true },
    { options: { mimeType: html, attachment: false, headers: { 'Content-Type': 'text/plain' } }, sandboxed: false },
    { options: { mimeType: html, headers: { 'Content-Disposition': 'Attachment; filename=a' } }, sandboxed: false },
  ]
  for (const { options, stat, sandboxed } of cases) {
    assert.equal(header('Content-Security-Policy', 'a.png', options, stat) !== null, sandboxed, JSON.stringify(options))
  }
})

test('a policy of the application takes the place of the sandbox', () => {
  const contentSecurityPolicy = "default-src 'self'"
  const options = { attachment: false, contentSecurityPolicy }
  assert.equal(header('Content-Security-Policy', 'a.html', options), contentSecurityPolicy)
  const headers = { 'content-security-policy': 'sandbox allow-scripts' }
  assert.equal(header('Content-Security-Policy', 'a.html', { ...options, headers }), 'sandbox allow-scripts')
  assert.equal(header('Content-Security-Policy', 'a.png', { ...options, headers }), 'sandbox allow-scripts')
})

test('caching is private, as the application says, or not mentioned', () => {
  for (const [options, value] of [
    [{}, 'private, no-cache'],
    [{ cacheControl: undefined }, 'private, no-cache'],
    [{ cacheControl: 'public, max-age=60' }, 'public, max-age=60'],
    [{ cacheControl: false }, null],
    [{ cacheControl: '' }, null],
    [{ headers: { 'cache-control': 'no-store' } }, 'no-store'],
    [{ cacheControl: false, headers: { 'cache-control': 'no-store' } }, 'no-store'],
  ] as const) {
    assert.equal(header('Cache-Control', 'a.txt', options), value)
  }
})

test('headers of the application win over all that follow from the file', () => {
  const own = {
    'content-type': 'text/csv',
    'content-disposition': 'attachment; filename="own.csv"',
    'x-content-type-options': 'off',
    'cache-control': 'no-store',
    'content-encoding': 'br',
    etag: '"own"',
    'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT',
    'x-own': 'x',
  }
  const stat = { etag: '"file"', modifiedTime: new Date(0), contentType: 'image/png' }
  assert.deepEqual(described('a.txt', { headers: own, encoding: 'gzip', basename: 'b.txt' }, stat), own)
})

test('only what no one asked for gives way to the headers of a framework', () => {
  const headers = new DownloadResponse(fileNamed('a.txt')).describe({ etag: '"a"' })
  const defaults = [...headers].map(([name]) => name).filter((name) => headers.isDefault(name))
  assert.deepEqual(defaults, ['X-Content-Type-Options', 'Cache-Control'])
})

test('a coding is announced only where it was given', () => {
  assert.equal(header('Content-Encoding', 'a.txt.gz'), null)
  assert.equal(header('Content-Encoding', 'a.txt', { encoding: '' }), null)
  assert.equal(header('Content-Encoding', 'a.txt', { encoding: 'br' }), 'br')
})

test('Last-Modified is never later than the reply', (t) => {
  const now = Date.UTC(2026, 10, 22, 12, 0, 0, 500)
  t.mock.timers.enable({ apis: ['Date'], now })
  for (const [modified, told] of [
    [now + 3_600_000, now],
    [now + 1, now],
    [now, now],
    [now - 1000, now - 1000],
    [0, 0],
    [-1000, -1000],
  ] as const) {
    assert.equal(header('Last-Modified', 'a', {}, { modifiedTime: new Date(modified) }), formatHttpDate(told))
  }
})

test('what is not known of a file is not told', () => {
  for (const stat of [
    {},
    { etag: undefined, modifiedTime: undefined },
    { etag: '', modifiedTime: new Date(Number.NaN) },
  ]) {
    assert.equal(header('ETag', 'a', {}, stat), null)
    assert.equal(header('Last-Modified', 'a', {}, stat), null)
  }
})

test('a response is described anew each time, and stays as it was', () => {
  const response = new DownloadResponse(fileNamed('a.txt'), { headers: { Vary: 'Cookie' } })
  assert.equal(response.status, 200)
  response.describe({ etag: '"1"' }).set('Vary', '*').set('X-Other', 'x')
  assert.deepEqual([...response.headers], [['Vary', 'Cookie']])
  assert.equal(response.describe({ etag: '"2"' }).get('ETag'), '"2"')
})

test('a header that could break the reply is refused when the response is made', () => {
  const headers = { 'X-Name': 'a\r\nSet-Cookie: b=1' }
  assert.throws(() => new DownloadResponse(fileNamed('a.txt'), { headers }), TypeError)
})

test('If-Modified-Since is answered by the option, else by the file with its own state', async () => {
  class Page implements DownloadFile {
    readonly name = 'page'
    readonly stat = nobody
    readonly open = nobody
    answer = false
    async wasModifiedSince(): Promise<boolean> {
      return this.answer
    }
  }
  const since = new Date(0)
  assert.equal(new DownloadResponse(fileNamed('a')).wasModifiedSince, undefined)
  assert.equal(await new DownloadResponse(new Page()).wasModifiedSince?.(since), false)
  assert.equal(await new DownloadResponse(new Page(), { wasModifiedSince: () => true }).wasModifiedSince?.(since), true)
})

test('the reply of a 304 is empty unless the application makes it', async () => {
  const plain = await new DownloadResponse(fileNamed('a')).notModified()
  assert.deepEqual([plain.status, [...plain.headers]], [304, []])
  const own = new NotModifiedResponse({ 'X-Own': 'x' })
  assert.equal(await new DownloadResponse(fileNamed('a'), { notModifiedResponse: async () => own }).notModified(), own)
})

/** A file that may be described, and nothing more. */
function fileNamed(name: string): DownloadFile {
  return { name, stat: nobody, open: nobody }
}

function nobody(): never {
  assert.fail('a description reads nothing')
}

function described(name: string, options?: DownloadResponseOptions, stat: FileStat = {}): Record<string, unknown> {
  return Object.fromEntries(new DownloadResponse(fileNamed(name), options).describe(stat))
}

function header(field: string, name: string, options?: DownloadResponseOptions, stat: FileStat = {}): string | null {
  return new DownloadResponse(fileNamed(name), options).describe(stat).get(field)
}

test('a status that no server can send with a file is told when the response is made', () => {
  for (const status of [0, 100, 103, 199, 204, 205, 304, 600, 1000, Number.NaN]) {
    assert.throws(() => new DownloadResponse(new ContentFile('x'), { status }), { code: 'WRONG_CONFIGURATION' })
  }
})
