import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { toNodeHandler } from '../../../src/adapters/node/index.js'
import { requireSignature } from '../../../src/middleware/signing/require-signature.js'
import { UrlSigner } from '../../../src/signing/url-signer.js'
import { openFiles } from '../../../src/storages/disk/open-files.js'
import { FileSystemStorage } from '../../../src/storages/file-system.js'
import { StorageDownloadView } from '../../../src/views/storage.js'
import { listen } from '../../adapters/servers.js'
import { RawConnection, type RawReply, writeRequest } from '../../http/raw.js'
import { soup } from '../arbitraries.js'
import { decide, type Scene } from '../models/negotiation.js'
import { withoutOws } from '../models/range.js'
import { type Property, property } from '../property.js'
import { assertReply, contentOf, downloadOf, scene } from '../scenes.js'
import { dateText, namedConditions, rangeHeader, tagList } from './headers.js'

let current: Scene | undefined
let connection: RawConnection | undefined
let origin = ''
const faults: unknown[] = []

const overHttp = property({
  id: 'negotiation-http',
  says: 'over a real server, every request of a kept connection is answered as the slow reader answers it, byte by byte',
  share: 3,
  isAsync: true,
  async begin() {
    const handler = toNodeHandler(() => downloadOf(current as Scene), { onError: (error) => void faults.push(error) })
    const server = await listen(handler)
    connection = await RawConnection.open(server.origin)
    return async () => {
      connection?.destroy()
      await server.close()
    }
  },
  // What no parser of HTTP lets through is tried below.
  cases: scene.filter(({ asked, range }) => [range ?? '', ...Object.values(asked)].every(isFieldValue)),
  async check(scene) {
    current = scene
    const fields = [
      ...Object.entries(namedConditions(scene.asked)),
      ...(scene.range === null ? [] : [['Range', scene.range] as const]),
    ]
    const { method } = scene
    connection?.send(writeRequest({ method, target: '/a.txt', headers: fields as [string, string][] }))
    const reply = await (connection as RawConnection).reply(method)
    assert.deepEqual(faults.splice(0), [])
    assert.equal(reply.isComplete, true, 'the body is not whole')
    const asked = Object.fromEntries(
      Object.entries(scene.asked).map(([name, value]) => [name, withoutOws(String(value))]),
    )
    const expected = decide({ ...scene, asked, range: scene.range === null ? null : withoutOws(scene.range) })
    const headers = Object.fromEntries(reply.fields.map(([name, value]) => [name.toLowerCase(), value]))
    for (const name of ['date', 'connection', 'keep-alive', 'transfer-encoding']) delete headers[name]
    assertReply(expected, contentOf(scene), { status: reply.status, headers, body: reply.body })
  },
})

function isFieldValue(text: string | undefined): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text ?? '')
}

const CONTENTS: Readonly<Record<string, string>> = {
  'digits.txt': '0123456789',
  'a b%.txt': 'blank',
  'folder/\u00fc.bin': '\u00fc\0',
}
const SECRET = 'a-secret-of-these-tests-0123456789abcdef'

const bytes = fc.oneof(
  {
    weight: 4,
    arbitrary: soup(
      [
        '/',
        '%',
        '2',
        'f',
        '%2F',
        '%00',
        '..',
        '%2e',
        '\\',
        '?',
        '#',
        ':',
        '@',
        '[',
        ';',
        '*',
        'a',
        'digits.txt',
        '%C3%BC',
        '%ff',
        '{',
      ],
      10,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      maxLength: 12,
    }),
  },
  { weight: 1, arbitrary: soup('\r\n\t \0\x7f\x80\xff:', 6) },
)
const target = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('/files/', '/signed/', '/files/folder/', 'http://h/files/', '//', '/'), bytes)
      .map((parts) => parts.join('')),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '/files/digits.txt',
      '/files/a%20b%25.txt',
      '/files/folder/%C3%BC.bin',
      '/files/folder',
      '/files/',
      '*',
    ),
  },
  { weight: 1, arbitrary: bytes },
)
const field = fc.oneof(
  fc.tuple(fc.constantFrom('Range', 'If-Range'), rangeHeader),
  fc.tuple(fc.constantFrom('If-Match', 'If-None-Match', 'If-Range'), tagList),
  fc.tuple(fc.constantFrom('If-Modified-Since', 'If-Unmodified-Since'), dateText),
  fc.tuple(
    fc.constantFrom('Range', 'If-Match', 'If-Modified-Since', 'X-Sendfile-Type', 'Accept-Encoding', 'X-Accel-Mapping'),
    bytes,
  ),
)

const garbage = property({
  id: 'garbage-http',
  says: 'whatever bytes a request is made of, its client gets a whole reply of the right bytes and never a fault of the server',
  share: 4,
  isAsync: true,
  async begin() {
    const root = mkdtempSync(join(realpathSync(tmpdir()), 'downloadview-fuzz-'))
    mkdirSync(join(root, 'files', 'folder'), { recursive: true })
    writeFileSync(join(root, 'secret.txt'), 'SECRET')
    for (const [name, content] of Object.entries(CONTENTS)) writeFileSync(join(root, 'files', name), content)
    const view = StorageDownloadView.asView({ storage: new FileSystemStorage({ root: join(root, 'files') }) })
    const onError = (error: unknown) => void faults.push(error)
    const signed = requireSignature(view, { signer: new UrlSigner({ secrets: [SECRET] }) })
    const open = toNodeHandler(view, { route: '/files/*path', onError })
    const closed = toNodeHandler(signed, { route: '/signed/*path', onError })
    const server = await listen((req, res) =>
      (req.url ?? '').startsWith('/signed/') ? closed(req, res) : open(req, res),
    )
    origin = server.origin
    return async () => {
      await server.close()
      await openFiles.closeIdle()
      rmSync(root, { recursive: true, force: true })
    }
  },
  cases: fc.record({
    method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST'),
    target,
    fields: fc.array(field, { maxLength: 3 }),
  }),
  async check({ method, target, fields }) {
    const connection = await RawConnection.open(origin)
    try {
      connection.send(writeRequest({ method, target, headers: fields }))
      const reply = await connection.reply(method)
      assert.deepEqual(faults.splice(0), [])
      assertHarmless(reply)
    } finally {
      connection.destroy()
    }
  },
})

function assertHarmless({ status, isComplete, body, get, framing }: RawReply): void {
  assert.ok(status >= 200 && status < 500, `status ${status}`)
  assert.ok(isComplete, 'the body is not whole')
  assert.doesNotMatch(body.toString('latin1'), /SECRET|downloadview-fuzz/)
  if (framing === 'none') return
  const contents = Object.values(CONTENTS).map((content) => Buffer.from(content))
  if (status === 200)
    assert.ok(
      contents.some((content) => body.equals(content)),
      `the body is ${body.toString('latin1')}`,
    )
  const [, start, end] = /^bytes (\d+)-(\d+)\//.exec(get('Content-Range') ?? '') ?? []
  if (status === 206 && start !== undefined) {
    assert.ok(
      contents.some((content) => body.equals(content.subarray(Number(start), Number(end) + 1))),
      get('Content-Range'),
    )
  }
}

/** The same over real connections. */
export const httpProperties: readonly Property[] = [overHttp, garbage]
