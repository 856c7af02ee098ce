import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { ConfigurationError } from '../../../src/errors.js'
import type { DownloadFile } from '../../../src/files/file.js'
import type { DownloadRequest } from '../../../src/handler.js'
import { XSendfileMiddleware as Apache } from '../../../src/middleware/apache/middleware.js'
import { XAccelRedirectMiddleware as Caddy } from '../../../src/middleware/caddy/middleware.js'
import { XSendfileMiddleware as Lighttpd } from '../../../src/middleware/lighttpd/middleware.js'
import { XLiteSpeedLocationMiddleware as LiteSpeed } from '../../../src/middleware/litespeed/middleware.js'
import { XAccelRedirectMiddleware as Nginx } from '../../../src/middleware/nginx/middleware.js'
import { SmartDownloadMiddleware } from '../../../src/middleware/smart.js'
import { DownloadResponse } from '../../../src/responses/download.js'
import { ProxiedDownloadResponse } from '../../../src/responses/proxied.js'
import { fileName, soup } from '../arbitraries.js'
import { decodeBytes, decodeText, readUtf8 } from '../models/percent.js'
import { withoutOws } from '../models/range.js'
import { type Property, property } from '../property.js'

const names = fc.array(
  fileName.filter((name) => !/[/\\\0]/.test(name)),
  { minLength: 1, maxLength: 3 },
)

const url = { sourceUrl: '/media/', destinationUrl: '/protected/' }
const folder = { sourceUrl: '/media/', destinationDir: '/srv/files' }

/** Each server: the middleware, the header, and how the server reads it, by its documentation and our tests of it. */
const SERVERS = {
  nginx: { middleware: new Nginx(url), header: 'X-Accel-Redirect', read: readAddress },
  litespeed: { middleware: new LiteSpeed(url), header: 'X-LiteSpeed-Location', read: readAddress },
  apache: { middleware: new Apache(folder), header: 'X-Sendfile', read: readRaw },
  lighttpd: { middleware: new Lighttpd(folder), header: 'X-Sendfile', read: readLighttpd },
  caddy: { middleware: new Caddy(url), header: 'X-Accel-Redirect', read: readCaddy },
} as const

const handOver = property({
  id: 'hand-over',
  says: 'each server, reading the header by its own rule, finds exactly the file that was meant',
  share: 8,
  isAsync: true,
  cases: fc.record({
    server: fc.constantFrom(...(Object.keys(SERVERS) as (keyof typeof SERVERS)[])),
    names,
    query: fc.constantFrom('', '', '?v=1', '?a=%20#f', '#f'),
  }),
  async check({ server, names, query }) {
    const { middleware, header, read } = SERVERS[server]
    const file = fileAt(`/media/${names.map(encodeURIComponent).join('/')}${query}`)
    const { outcome } = await middleware.decide(new DownloadResponse(file), REQUEST)
    if (outcome instanceof DownloadResponse) {
      assert.ok(mayBeStreamed(server, names), `${server} was not told of ${JSON.stringify(names)}`)
      return
    }
    // As Node writes it: each character is a byte; and as it is read: blanks at both ends are gone.
    const value = (outcome as ProxiedDownloadResponse).headers.get(header) ?? ''
    assert.match(value, /^[\t\x20-\x7e\x80-\xff]*$/)
    const root = header === 'X-Sendfile' ? '/srv/files' : '/protected'
    assert.equal(read(withoutOws(value)), `${root}/${names.join('/')}`)
  },
})

/** A name that this server cannot be told goes through the application instead. */
function mayBeStreamed(server: keyof typeof SERVERS, names: readonly string[]): boolean {
  const path = names.join('/')
  if (server === 'nginx' || server === 'litespeed') return false
  if (server === 'lighttpd') return hasControl(path)
  return hasControl(path) || path.endsWith(' ') || (server === 'caddy' && /[%?#]/.test(path))
}

function hasControl(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\x7f')
}

/** Cuts off the query, then decodes once. */
function readAddress(value: string): string | undefined {
  assert.match(value, /^[\x21-\x7e]+$/)
  return decodeText(value.split('?')[0] as string)
}

function readRaw(value: string): string | undefined {
  return readUtf8(Buffer.from(value, 'latin1'))
}

function readLighttpd(value: string): string | undefined {
  const bytes = decodeBytes(value)
  return bytes && readUtf8(bytes)
}

/** 2.6 takes it as it is, later versions decode it and cut at `?` and `#`: both have to find the same. */
function readCaddy(value: string): string | undefined {
  const raw = readRaw(value)
  const later = decodeBytes(value.split(/[?#]/)[0] as string)
  assert.equal(later && readUtf8(later), raw)
  return raw
}

const REQUEST = { method: 'GET', headers: { get: () => null } } as unknown as DownloadRequest

function fileAt(url: string | undefined, path?: string, realPath?: string): DownloadFile {
  return {
    name: 'a.txt',
    url,
    path,
    stat: async () => ({ size: 1, ...(realPath === undefined ? {} : { realPath: async () => realPath }) }),
    open: () => assert.fail('a hand-over opens nothing'),
  }
}

const urlPart = soup(
  ['media', 'a', 'b', '-old', '%61', '%2F', '%2e%2e', '..', '.', '', '/', '%C3%BC', '%', '\u00fc', '%00', '%5C'],
  3,
)
const sourceUrl = fc.oneof(
  fc.constantFrom('/', '/media', '/media/', '/media//', '/media/a', 'http://h', 'http://h/media/', 'https://h/a'),
  fc.array(urlPart, { minLength: 1, maxLength: 2 }).map((parts) => `/${parts.join('/')}`),
)
const fileUrl = fc
  .tuple(
    fc.constantFrom('/', '/media/', '/media', '/media/a/', 'http://h/', 'http://h.evil/', 'https://h/a', ''),
    fc.array(urlPart, { maxLength: 3 }),
    fc.constantFrom('', '?q', '#f', '?'),
  )
  .map(([start, parts, end]) => start + parts.join('/') + end)

const rules = property({
  id: 'rules',
  says: 'the first rule wins whose source has the file below it, name by name, and a neighbour with the same begin never does',
  share: 6,
  isAsync: true,
  cases: fc.record({ sources: fc.array(sourceUrl, { minLength: 1, maxLength: 3 }), url: fileUrl }),
  async check({ sources, url }) {
    const rules = sources.map((sourceUrl, at) => ({ sourceUrl, destinationUrl: `/to-${at}/` }))
    let middleware: SmartDownloadMiddleware
    try {
      middleware = new SmartDownloadMiddleware({ backend: 'nginx', rules })
    } catch (error) {
      assert.ok(error instanceof ConfigurationError, String(error))
      assert.ok(
        sources.some((source) => !isPlainSource(source)),
        JSON.stringify(sources),
      )
      return
    }
    assert.ok(sources.every(isPlainSource), JSON.stringify(sources))
    const outcome = await middleware.processDownloadResponse(new DownloadResponse(fileAt(url)), REQUEST)
    const wanted = sources.map((source) => namesBelow(source, url))
    const first = wanted.findIndex((names) => names !== undefined)
    if (outcome instanceof DownloadResponse) {
      assert.equal(first, -1, url)
      return
    }
    const location = (outcome as ProxiedDownloadResponse).headers.get('X-Accel-Redirect') as string
    assert.equal(decodeText(location.split('?')[0] as string), `/to-${first}/${wanted[first]?.join('/')}`)
  },
})

/** An address that others can begin with: a path, or a host with or without one; no steps, no query. */
function isPlainSource(source: string): boolean {
  const rest = /^https?:\/\/[^/]/.test(source) ? source.slice(source.indexOf('//') + 2) : source
  const isPath = source.startsWith('/') ? !source.startsWith('//') : rest !== source
  return (
    isPath &&
    !/[?#]/.test(source) &&
    !hasControl(source) &&
    !source.split('/').some((name) => name === '.' || name === '..')
  )
}

/** The names of a file below a source, both taken apart at their separators. */
function namesBelow(source: string, url: string): string[] | undefined {
  const above = source.replace(/\/+$/, '').split('/')
  const all = (url.split(/[?#]/)[0] as string).split('/')
  if (all.length <= above.length || !above.every((name, at) => name === all[at])) return undefined
  const names = all.slice(above.length).map((name) => (/^[\x20-\x7e]*$/.test(name) ? decodeText(name) : readAll(name)))
  if (names.some((name) => name === undefined || ['', '.', '..'].includes(name) || /[/\\\0]/.test(name)))
    return undefined
  return names as string[]
}

function readAll(name: string): string | undefined {
  return decodeText(Buffer.from(name).toString('latin1'))
}

let root = ''

const folders = property({
  id: 'rule-folders',
  says: 'a file fits the rule of a folder exactly when its real path goes through that folder',
  share: 2,
  isAsync: true,
  async begin() {
    root = mkdtempSync(join(tmpdir(), 'downloadview-fuzz-'))
    for (const name of FOLDERS) mkdirSync(join(root, name), { recursive: true })
    return async () => rmSync(root, { recursive: true, force: true })
  },
  cases: fc.record({
    source: fc.constantFrom('media', 'media/', 'media/sub', 'media-old', 'missing'),
    real: fc.array(fc.constantFrom('media', 'media-old', 'sub', '..', '..media', 'a b', '\u00fc%41'), {
      minLength: 1,
      maxLength: 4,
    }),
  }),
  async check({ source, real }) {
    const middleware = new Nginx({ sourceDir: join(root, '/') + source, destinationUrl: '/protected/' })
    const path = join(root, 'x', ...real).replace(`${root}/x`, root)
    const { outcome } = await middleware.decide(
      new DownloadResponse(fileAt(undefined, '/spelled/otherwise', path)),
      REQUEST,
    )
    const above = join(root, source).replace(/\/$/, '').split('/')
    const isBelow = path.split('/').length > above.length && above.every((name, at) => path.split('/')[at] === name)
    assert.equal(outcome instanceof ProxiedDownloadResponse, isBelow && source !== 'missing', path)
    if (!(outcome instanceof ProxiedDownloadResponse)) return
    const names = path.split('/').slice(above.length)
    assert.equal(decodeText(outcome.headers.get('X-Accel-Redirect') as string), `/protected/${names.join('/')}`)
  },
})

const FOLDERS = ['media/sub', 'media-old']

/** Downloads that a server in front is to send. */
export const handOverProperties: readonly Property[] = [handOver, rules, folders]
