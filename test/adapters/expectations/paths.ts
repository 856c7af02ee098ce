import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PermissionDeniedError } from '../../../src/errors.js'
import { FileSystemStorage } from '../../../src/storages/file-system.js'
import { MemoryStorage } from '../../../src/storages/memory.js'
import type { ReadOptions } from '../../../src/storages/storage.js'
import { ObjectDownloadView } from '../../../src/views/object.js'
import { PathDownloadView } from '../../../src/views/path.js'
import { StorageDownloadView } from '../../../src/views/storage.js'
import { DIGITS, SECRET } from '../fixtures.js'
import { SPELLINGS, UNREACHABLE } from '../spellings.js'
import type { Expected } from '../suite.js'
import { useSite } from '../use.js'

/** Names of files are decoded once and refused, not repaired. */
export function paths({ adapter, fixtures }: Expected): void {
  describe('paths', () => {
    const { root } = fixtures
    const storage = new FileSystemStorage({ root })
    // Each has its own way from a parameter to a file.
    const sites = [
      useSite(adapter, PathDownloadView.asView({ root }), '/files/*path'),
      useSite(adapter, StorageDownloadView.asView({ storage }), '/files/*path'),
    ]

    for (const [target, content] of REACHABLE) {
      if (adapter.losesQuestionMarks && target.includes('%3F')) continue
      test(`${target} is found`, async () => {
        for (const site of sites) {
          const reply = await site.ask(target)
          assert.equal(reply.status, 200)
          assert.equal(reply.body.toString(), content)
        }
      })
    }

    for (const target of UNREACHABLE) {
      if (adapter.dropsLastSlash && /\.txt\/$/.test(target)) continue
      test(`${JSON.stringify(shortened(target))} is not found`, async () => {
        for (const site of sites) {
          for (const method of ['GET', 'HEAD']) {
            const reply = await site.ask(target, { method })
            // Routers of frameworks refuse what they cannot decode before any view is asked.
            assert.ok(reply.status === 404 || reply.status === 400, `${method}: ${reply.status}`)
            assert.doesNotMatch(reply.body.toString(), new RegExp(`${SECRET}|root:|${DIGITS}`))
            assert.equal(reply.get('Location'), undefined)
            assert.equal(reply.get('Content-Disposition'), undefined)
            assert.equal(reply.get('ETag'), undefined)
            if (reply.status === 404 && adapter.errorsGoTo === 'client') {
              assert.equal(reply.get('Content-Type'), 'text/plain; charset=utf-8')
              assert.equal(reply.body.toString(), method === 'HEAD' ? '' : 'Not Found\n')
            }
          }
        }
      })
    }

    const allowing = useSite(adapter, PathDownloadView.asView({ root, dotfiles: 'allow' }), '/files/*path')

    test('names that begin with a dot are served where the view allows it, files being written never', async () => {
      assert.equal((await allowing.ask('/files/.env')).body.toString(), SECRET)
      assert.equal((await allowing.ask('/files/.git/config')).status, 200)
      assert.equal((await allowing.ask('/files/.downloadview-temporary')).status, 404)
      assert.equal((await allowing.ask('/files/..%2f')).status, 404)
    })

    describe('the hook that authorises', () => {
      const asked: string[] = []
      const touched: string[] = []
      const storage = new SpyingStorage(touched)
      for (const key of ['public/a.txt', 'public/admin/a.txt', 'admin/secret.txt', 'admin', '%2e%2e', 'A.txt']) {
        void storage.save(key, `content of ${key}`)
      }

      class GuardedView extends StorageDownloadView {
        override async getPath(): Promise<string> {
          const key = await super.getPath()
          asked.push(key)
          if (key.startsWith('admin')) throw new PermissionDeniedError()
          return key
        }
      }
      const site = useSite(adapter, GuardedView.asView({ storage }), '/files/*path')

      for (const target of SPELLINGS) {
        test(`it sees the very key that is opened, for ${JSON.stringify(shortened(target))}`, async () => {
          for (const method of ['GET', 'HEAD']) {
            asked.length = 0
            touched.length = 0
            const reply = await site.ask(target, { method })
            assert.ok(asked.length <= 1, 'It is asked once.')
            for (const key of touched) assert.deepEqual(asked, [key])
            assert.doesNotMatch(reply.body.toString(), /content of admin/)
            if (reply.status === 200 && method === 'GET') assert.equal(reply.body.toString(), `content of ${asked[0]}`)
          }
        })
      }
    })

    describe('the hook that authorises an object', () => {
      const asked: string[] = []
      class GuardedItemView extends ObjectDownloadView<{ owner: string; file: string }> {
        override storage = storage
        override model = {
          find: ({ id = '' }: Readonly<Record<string, string>>) => {
            asked.push(id)
            return ITEMS.get(id)
          },
        }

        override async getObject() {
          const item = await super.getObject()
          if (item.owner !== 'ann') throw new PermissionDeniedError()
          return item
        }
      }
      const site = useSite(adapter, GuardedItemView.asView(), '/items/:id')

      for (const [target, status, body] of OBJECTS) {
        test(`it sees the very object whose file is sent, for ${target}`, async () => {
          asked.length = 0
          const reply = await site.ask(target)
          assert.ok(reply.status === status || (status === 404 && reply.status === 400), `Status ${reply.status}`)
          if (body !== undefined) assert.equal(reply.body.toString(), body)
          assert.ok(asked.length <= 1, asked.join(' '))
        })
      }
    })
  })
}

const ITEMS = new Map([
  ['1', { owner: 'ann', file: 'digits.txt' }],
  ['2', { owner: 'bob', file: 'one.txt' }],
  ['3', { owner: 'ann', file: '' }],
  ['4', { owner: 'ann', file: 'missing.txt' }],
  ['5', { owner: 'ann', file: '../secret.txt' }],
  ['6', { owner: 'ann', file: '/etc/passwd' }],
  ['7', { owner: 'ann', file: 'folder//inner.txt' }],
])

const OBJECTS: readonly (readonly [target: string, status: number, body?: string])[] = [
  ['/items/1', 200, DIGITS],
  ['/items/%31', 200, DIGITS],
  ['/items/1?id=2', 200, DIGITS],
  ['/items/2', 403],
  ['/items/%32', 403],
  ['/items/3', 404],
  ['/items/4', 404],
  ['/items/5', 404],
  ['/items/6', 404],
  ['/items/7', 404],
  ['/items/8', 404],
  ['/items/01', 404],
  ['/items/+1', 404],
  ['/items/%201', 404],
  ['/items/1%00', 404],
  ['/items/1%2f2', 404],
  ['/items/%2e%2e%2f1', 404],
  ['/items/1e0', 404],
  ['/items/99999999999999999999999', 404],
  ['/items/__proto__', 404],
  ['/items/constructor', 404],
  ['/items/%zz', 404],
]

/** A storage that tells which keys were looked at or opened. */
class SpyingStorage extends MemoryStorage {
  readonly #touched: string[]

  constructor(touched: string[]) {
    super()
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

function shortened(target: string): string {
  return target.length > 100 ? `${target.slice(0, 100)}…` : target
}

const REACHABLE: readonly (readonly [target: string, content: string])[] = [
  ['/files/digits.txt', '0123456789'],
  ['/files/%64igits.txt', '0123456789'],
  ['/files/digits%2Etxt', '0123456789'],
  ['/files/digits.txt?', '0123456789'],
  ['/files/digits.txt?a=b/../c&d=%2e%2e%2f', '0123456789'],
  ['/files/folder/inner.txt', 'inner'],
  ['/files/folder/deeper/inmost.txt', 'inmost'],
  ['/files/folder-inside/inner.txt', 'inner'],
  ['/files/link-inside.txt', '0123456789'],
  ['/files/a%20b.txt', 'blank'],
  ['/files/a+b.txt', 'plus'],
  ['/files/a%2Bb.txt', 'plus'],
  ['/files/50%25%20off.txt', 'percent'],
  ['/files/%252e%252e.txt', 'literal escape'],
  ['/files/na%C3%AFve%20caf%c3%a9.txt', 'accents'],
  ['/files/%E6%97%A5%E6%9C%AC%E8%AA%9E.txt', 'nihongo'],
  ['/files/%F0%9F%8E%89.txt', 'party'],
  ['/files/quo%22te.txt', 'quote'],
  ['/files/semi;colon.txt', 'semicolon'],
  ['/files/semi%3Bcolon.txt', 'semicolon'],
  ['/files/hash%23mark.txt', 'hash'],
  ['/files/question%3Fmark.txt', 'question'],
  ['/files/amper&sand=.txt', 'ampersand'],
  ["/files/apo'strophe.txt", 'apostrophe'],
  ['/files/dots..in..name.txt', 'dots'],
  ['/files/tilde~1.txt', 'tilde'],
  ['/files/tilde%7E1.txt', 'tilde'],
  ['/files/line%0Abreak.txt', 'break'],
]
