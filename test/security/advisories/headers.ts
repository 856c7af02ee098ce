import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DownloadError } from '../../../src/errors.js'
import { ContentFile } from '../../../src/files/content.js'
import type { DownloadContext, DownloadHandler, DownloadRequest } from '../../../src/handler.js'
import { contentDisposition } from '../../../src/headers/content-disposition.js'
import { DownloadResponse, type DownloadResponseOptions } from '../../../src/responses/download.js'
import { MemoryStorage } from '../../../src/storages/memory.js'
import type { FileStat, PresignOptions } from '../../../src/storages/storage.js'
import { StorageDownloadView } from '../../../src/views/storage.js'
import { VirtualDownloadView } from '../../../src/views/virtual.js'
import { plainFilename, savedName } from '../../adapters/disposition.js'
import type { Reply } from '../../adapters/site.js'
import { type Attacked, useKeptSite } from '../suite.js'

/** No text, from wherever it comes, ends a header, a name in one, or the page of an error. */
export function headers({ adapter }: Attacked): void {
  describe('headers', () => {
    let handle: DownloadHandler = () => new DownloadResponse(new ContentFile('x'))
    const { ask } = useKeptSite(adapter, (request) => handle(request), undefined, {
      context: () => ({ tenant: BREAKS[0] }) as DownloadContext,
    })

    for (const [where, handler] of PLACES) {
      test(`CVE-2022-36359: ${where} cannot add a header, or end the reply, by a line break in any form`, async () => {
        for (const text of BREAKS) {
          handle = handler(text)
          const reply = await ask(`/?name=${encoded(text)}`)
          assert.equal(reply.get('X-Injected'), undefined, JSON.stringify(text))
          assert.equal(reply.get('Set-Cookie'), undefined, JSON.stringify(text))
          // Some frameworks tell the message of an error, as JSON or plain text, which nobody reads as a page.
          assert.ok(!isPage(reply) || !reply.body.includes('<injected'), JSON.stringify(text))
          assert.ok(reply.isComplete, 'The body is not whole.')
          // Refused as a whole, or sent without the line break. Nothing in between.
          assert.ok([200, 302, 403, 500].includes(reply.status), `${reply.status}`)
        }
        handle = () => new DownloadResponse(new ContentFile('well again'))
        assert.equal((await ask('/')).body.toString(), 'well again')
      })
    }

    test('CVE-2022-36359, django-sendfile2: none of the characters that fold into a quote, separator or line break ends the name', async () => {
      assert.ok(FOLDING.includes('＂') && FOLDING.includes('﹨'), FOLDING.join(''))
      for (const character of FOLDING) {
        const name = `a${character}; filename=${character}evil.exe`
        handle = NamedView.asView({ basename: name })
        const header = (await ask('/')).get('Content-Disposition') ?? ''
        // Both read to the letter, and fail on a parameter more.
        const what = `U+${character.codePointAt(0)?.toString(16)}`
        assert.match(plainFilename(header) ?? '', /^a[^/\\]+evil\.exe$/, what)
        assert.match(savedName(header) ?? '', /^a[^/\\]+evil\.exe$/, what)
        assert.equal(header, contentDisposition('attachment', name), what)
      }
    })

    test('CVE-2024-43799, CVE-2024-43800: no page of an error, or anything else, repeats markup from the address', async () => {
      handle = () => {
        throw new DownloadError('No.', { status: 404 })
      }
      for (const target of [
        '/<script>alert(1)</script>',
        '/%3Cscript%3Ealert(1)%3C/script%3E',
        '/?a=<img src=x>',
        '/%3csvg%2fonload=1%3e',
      ]) {
        const reply = await ask(target.replaceAll(' ', '%20'))
        assert.ok(reply.status >= 400, `${reply.status}`)
        assert.ok(!isPage(reply) || !/<(?:script|img|svg)/i.test(reply.body.toString()), reply.body.toString())
      }
    })

    test('CVE-2025-27111: no line of a log is broken, or coloured, by what a client sends', async (context) => {
      const logged: string[] = []
      context.mock.method(console, 'error', (first: unknown) => {
        // Some servers of frameworks write about it, too.
        if (String(first).startsWith('downloadview:')) logged.push(String(first))
      })
      handle = breakingOff
      for (const target of LOGGED) await quiet.ask(target).catch(() => undefined)
      assert.equal(logged.length, LOGGED.length)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there.
      for (const line of logged) assert.doesNotMatch(line, /[\u0000-\u001F\u007F-\u009F]|token/)
    })
    const quiet = useKeptSite(adapter, (request) => handle(request), '/files/*path', { onError: undefined })
  })
}

function isPage(reply: Reply): boolean {
  return /html|xml|svg/i.test(reply.get('Content-Type') ?? 'html')
}

/** As a client writes it who takes no care of what is well-formed. */
function encoded(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}

function nameOf({ url }: DownloadRequest): string {
  return decodeURIComponent(url.slice(url.indexOf('name=') + 'name='.length))
}

/** Texts that make a second line of one, for one reader or another. */
const BREAKS = [
  'a\r\nX-Injected: 1',
  'a\nX-Injected: 1',
  'a\rX-Injected: 1',
  'a\r\n\r\n<injected>',
  'a\r\nSet-Cookie: a=b',
  'a\r\n X-Injected: 1',
  'a\0\r\nX-Injected: 1',
  'a\u0085X-Injected: 1',
  'a\u2028X-Injected: 1',
  // Their lower bytes are CR and LF: what cuts text down to Latin-1 makes them real.
  'a\u560d\u560aX-Injected: 1',
  'a\u010d\u010aX-Injected: 1',
  'a\ud83d\r\nX-Injected: 1',
]

/** Where a text can get into a reply, and a handler that puts it there. */
const PLACES: readonly (readonly [where: string, handler: (text: string) => DownloadHandler])[] = [
  ['the name of a file', (text) => () => download(new ContentFile('x', { name: text }))],
  ['a name that the application gives', (text) => () => options({ basename: text })],
  ['a key', (text) => StorageDownloadView.asView({ storage: new HostileStorage({ size: 1 }), path: text })],
  ['a header of the application', (text) => () => options({ headers: { 'X-Own': text } })],
  ['the name of a header', (text) => () => options({ headers: { [text]: '1' } })],
  ['a media type', (text) => () => options({ mimeType: `text/plain; a=${text}` })],
  ['a charset', (text) => () => options({ mimeType: 'text/plain', charset: text })],
  ['a content coding', (text) => () => options({ encoding: text })],
  ['Cache-Control', (text) => () => options({ cacheControl: text })],
  [
    'Content-Security-Policy',
    (text) => () => options({ contentSecurityPolicy: text, attachment: false, mimeType: 'text/html' }),
  ],
  ['the tag of a file', (text) => stored({ size: 1, etag: `"${text}"` })],
  ['the stored media type', (text) => stored({ size: 1, contentType: `image/png;${text}` })],
  ['the address of a storage', (text) => stored({ size: 1 }, text)],
  ['a header of an error', (text) => () => refuse({ headers: { 'WWW-Authenticate': text } })],
  ['the message of an error', (text) => () => refuse({}, text)],
  ['the code of an error', (text) => () => refuse({ code: text })],
  [
    'the context',
    () => (request) => options({ headers: { 'X-Tenant': (request.context as { tenant: string }).tenant } }),
  ],
  ['a parameter of the address', () => (request) => options({ basename: nameOf(request) })],
  ['a parameter of the address, in a header', () => (request) => options({ headers: { 'X-Name': nameOf(request) } })],
]

function download(file: ContentFile): DownloadResponse {
  return new DownloadResponse(file)
}

function options(options: DownloadResponseOptions): DownloadResponse {
  return new DownloadResponse(new ContentFile('x', { name: 'x.txt' }), options)
}

function refuse(options: object, message = 'No.'): never {
  throw new DownloadError(message, { status: 403, ...options })
}

function stored(stat: FileStat, address?: string): DownloadHandler {
  const storage = new HostileStorage(stat, address)
  return StorageDownloadView.asView({ storage, path: 'x.png', delivery: address === undefined ? 'stream' : 'redirect' })
}

/** A storage whose answers were made by an attacker. */
class HostileStorage extends MemoryStorage {
  readonly #stat: FileStat
  readonly #address: string

  constructor(stat: FileStat, address = '') {
    super()
    this.#stat = stat
    this.#address = address
  }

  override async stat(): Promise<FileStat> {
    return this.#stat
  }

  override async *open(): AsyncGenerator<Uint8Array, void, undefined> {
    yield Buffer.from('x')
  }

  async presignedUrl(_key: string, _options?: PresignOptions): Promise<string> {
    return `http://storage.example/${this.#address}`
  }
}

class NamedView extends VirtualDownloadView {
  override getFile(): ContentFile {
    return new ContentFile('x')
  }
}

/** All characters that compatibility decomposition turns into something that a header, a path or a name ends with. */
const FOLDING = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code > 0 && (code < 0xd800 || code > 0xdfff))
  .map((code) => String.fromCodePoint(code))
  .filter((character) => /["\\/;\r\n%]/.test(character.normalize('NFKD')))

/** A fault that comes after the headers, so that it is told to the log, and not to the application. */
function breakingOff(_request: DownloadRequest): DownloadResponse {
  const pieces = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield Buffer.from('half')
  }
  return new DownloadResponse({ name: 'a.txt', stat: async () => ({ size: 8 }), open: pieces })
}

const LOGGED = [
  '/files/a%0d%0aFAKE%20LINE',
  '/files/a?token=secret%0a',
  '/files/%1b%5b31m',
  '/files/"quoted"',
  '/files/%c2%85',
  '/files/%e2%80%a8',
]
