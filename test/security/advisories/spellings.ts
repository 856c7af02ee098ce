import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PermissionDeniedError } from '../../../src/errors.js'
import type { DownloadHandler } from '../../../src/handler.js'
import { FileSystemStorage } from '../../../src/storages/file-system.js'
import { assertCanonicalKey } from '../../../src/storages/key.js'
import { MemoryStorage } from '../../../src/storages/memory.js'
import type { FileStat, ReadOptions } from '../../../src/storages/storage.js'
import { ObjectDownloadView } from '../../../src/views/object.js'
import { PathDownloadView } from '../../../src/views/path.js'
import { sendfile } from '../../../src/views/sendfile.js'
import { StorageDownloadView } from '../../../src/views/storage.js'
import { SECRET } from '../../adapters/fixtures.js'
import type { Reply } from '../../adapters/site.js'
import { CORPUS } from '../spellings.js'
import { type Attacked, useKeptSite } from '../suite.js'

/** What authorises a download and what opens it never disagree about which file is meant. */
export function spellings({ adapter, fixtures }: Attacked): void {
  describe('spellings', () => {
    const seen: Seen = { asked: [], touched: [] }
    const views = guardedViews(fixtures.root, seen)
    const site = useKeptSite(
      adapter,
      (request) => (views[request.headers.get('x-view') ?? ''] as DownloadHandler)(request),
      '/files/*path',
    )

    const ask = async (view: string, target: string, method = 'GET'): Promise<Reply> => {
      seen.asked.length = 0
      seen.touched.length = 0
      return site.ask(target, { method, headers: { 'X-View': view } })
    }

    for (const view of Object.keys(views)) {
      test(`CVE-2026-7120, CVE-2026-29087, CVE-2026-39406: the hook of ${view} never sees another key than the one that is opened`, async () => {
        let answered = 0
        // Two of the views open files of the disk as PathDownloadView does: they are tried with every third spelling.
        for (const target of view.includes('folder') || view === 'sendfile()' ? SOME : CORPUS) {
          const reply = await ask(view, target)
          assertOneKey(seen, reply, `${view}: ${target}`)
          if (reply.status === 200 || reply.status === 403) answered++
        }
        assert.ok(answered > 5, `Only ${answered} spellings got as far as the hook: nothing was tried.`)
      })
    }

    test('CVE-2026-2293, CVE-2026-33011: no method, case or slash gets a file without the hook being asked, once', async () => {
      for (const target of VARIANTS) {
        for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'SEARCH', 'PROPFIND']) {
          for (const view of Object.keys(views)) {
            const reply = await ask(view, target, method)
            assertOneKey(seen, reply, `${method} ${target}`)
            if (reply.get('ETag') !== undefined) assert.equal(seen.asked.length, 1, `${method} ${target}`)
          }
        }
      }
    })

    test('CVE-2026-54286, GHSA-frvp-7c67-39w9: a backslash that was encoded separates nothing and names nothing', async () => {
      for (const target of BACKSLASHES) {
        for (const view of Object.keys(views)) {
          const reply = await ask(view, target)
          assert.ok(reply.status === 404 || reply.status === 400, `${target}: ${reply.status}`)
          assert.deepEqual(seen.touched, [], target)
        }
      }
    })

    test('GHSA-wr4h-v87w-p3r7: dots are decoded once and no more, however often they were encoded', async () => {
      let dots = '%2e%2e'
      for (let level = 2; level <= 5; level++) {
        dots = dots.replaceAll('%', '%25')
        const literal = decodeURIComponent(dots)
        for (const view of ['StorageDownloadView', 'ObjectDownloadView']) {
          const reply = await ask(view, `/files/${dots}/a.txt`)
          assert.equal(reply.body.toString(), contentOf(`${literal}/a.txt`), `level ${level}`)
        }
      }
    })

    test('CVE-2026-27585, GHSA-qrp7-cvwr-j2c6: nothing in a name is read as a pattern', async () => {
      for (const target of [
        '/files/*',
        '/files/public/*',
        '/files/pub*/a.txt',
        '/files/[p]ublic/a.txt',
        '/files/**/a.txt',
      ]) {
        for (const view of ['PathDownloadView', 'sendfile()', 'StorageDownloadView on a folder']) {
          assert.equal((await ask(view, target)).status, 404, `${view}: ${target}`)
        }
      }
    })
  })
}

/** What a request led to: the keys that the hook was asked about, and those that the storage was asked for. */
interface Seen {
  readonly asked: string[]
  readonly touched: string[]
}

/** The one rule: a hook that is asked once, and a storage that is asked for that key and no other. */
function assertOneKey({ asked, touched }: Seen, reply: Reply, what: string): void {
  assert.ok(asked.length <= 1, `${what}: the hook was asked about ${asked.join(' and ')}`)
  for (const key of touched) assert.equal(key, asked[0], what)
  const body = reply.body.toString()
  assert.ok(!/^content of admin(?:\/|$)/.test(body) && !body.includes(SECRET), `${what}: ${body}`)
  assert.ok(reply.status < 500 || reply.status === 501, `${what}: ${reply.status}`)
  if (reply.status !== 200) return
  assert.equal(asked.length, 1, what)
  assertCanonicalKey(asked[0] as string)
  if (body !== '') assert.equal(body, contentOf(asked[0] as string), what)
}

/** Views that all guard `admin/`, each by its own hook, and serve files that tell their key. */
function guardedViews(root: string, seen: Seen): Readonly<Record<string, DownloadHandler>> {
  const folder = new SpyingFolder({ root: `${root}/telling` }, seen.touched)
  const everything = new EverythingStorage(seen.touched)
  const allow = (key: string): string => {
    seen.asked.push(key)
    if (/^admin(?:\/|$)/.test(key)) throw new PermissionDeniedError()
    return key
  }
  class GuardedStorageView extends StorageDownloadView {
    override async getPath(): Promise<string> {
      return allow(await super.getPath())
    }
  }
  class GuardedPathView extends PathDownloadView {
    override async getPath(): Promise<string> {
      return allow(await super.getPath())
    }
  }
  class GuardedObjectView extends ObjectDownloadView<{ file: string }> {
    override model = { find: ({ slug = '' }: Readonly<Record<string, string>>) => ({ file: allow(slug) }) }
    override storage = everything
    override slugParam = 'path'
  }
  return {
    StorageDownloadView: GuardedStorageView.asView({ storage: everything }),
    'StorageDownloadView on a folder': GuardedStorageView.asView({ storage: folder }),
    PathDownloadView: GuardedPathView.asView({ root: `${root}/telling` }),
    ObjectDownloadView: GuardedObjectView.asView(),
    'sendfile()': (request) => {
      const key = [request.params['path'] ?? ''].flat().join('/')
      return sendfile(request, allow(key), { root: `${root}/telling` })
    },
  }
}

function contentOf(key: string): string {
  return `content of ${key}`
}

/** A storage that has a file under every key that there can be, so that no wrong one goes unseen. */
class EverythingStorage extends MemoryStorage {
  readonly #touched: string[]

  constructor(touched: string[]) {
    super()
    this.#touched = touched
  }

  override async stat(key: string): Promise<FileStat> {
    assertCanonicalKey(key)
    this.#touched.push(key)
    return { size: Buffer.byteLength(contentOf(key)), etag: '"one"' }
  }

  override async *open(key: string): AsyncGenerator<Uint8Array, void, undefined> {
    assertCanonicalKey(key)
    this.#touched.push(key)
    yield Buffer.from(contentOf(key))
  }
}

class SpyingFolder extends FileSystemStorage {
  readonly #touched: string[]

  constructor(options: { root: string }, touched: string[]) {
    super(options)
    this.#touched = touched
  }

  override stat(key: string) {
    this.#touched.push(key)
    return super.stat(key)
  }

  override open(key: string, options?: ReadOptions) {
    this.#touched.push(key)
    return super.open(key, options)
  }
}

/** Also those that are good, or lead to the guarded file. */
const SOME = CORPUS.filter((target, index) => index % 3 === 0 || !/%|\.\./.test(target))

const VARIANTS = [
  '/files/public/a.txt',
  '/files/PUBLIC/A.TXT',
  '/files/public/a.txt/',
  '/files/public/a.txt//',
  '/files//public/a.txt',
  '/FILES/public/a.txt',
  '/files/public/a.txt?',
  '/files/admin/secret.txt',
  '/files/admin/secret.txt/',
  '/files/Admin/secret.txt',
]

const BACKSLASHES = [
  '/files/%5c',
  '/files/%5C',
  '/files/public%5ca.txt',
  '/files/public%5Ca.txt',
  '/files/%5cpublic/a.txt',
  '/files/public/a.txt%5c',
  '/files/%5C..%5Csecret.txt',
  '/files/admin%5csecret.txt',
]
