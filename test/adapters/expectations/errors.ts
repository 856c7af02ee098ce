import assert from 'node:assert/strict'
import { renameSync } from 'node:fs'
import { describe, test } from 'node:test'
import {
  ConfigurationError,
  DownloadError,
  FileChangedError,
  FileNotFoundError,
  PermissionDeniedError,
  StorageError,
} from '../../../src/errors.js'
import type { DownloadFile } from '../../../src/files/file.js'
import type { DownloadContext, DownloadHandler } from '../../../src/handler.js'
import { MemoryStorage } from '../../../src/storages/memory.js'
import { PathDownloadView } from '../../../src/views/path.js'
import { StorageDownloadView } from '../../../src/views/storage.js'
import { FOLDER_MARK, noise } from '../fixtures.js'
import type { Expected } from '../suite.js'
import { useSite } from '../use.js'

/** What becomes of an error: an honest status, nothing of the server in it, and one word to the application. */
export function errors({ adapter, fixtures }: Expected): void {
  describe('errors', () => {
    /** Each test says what happens next. */
    let handle: DownloadHandler = () => {
      throw new Error('No test said what happens.')
    }
    const site = useSite(adapter, (request) => handle(request))
    const goToClient = adapter.errorsGoTo === 'client'

    for (const [title, error, status] of THROWN) {
      const isFault = status >= 500
      for (const [where, handler] of WAYS) {
        test(`${title}, ${where}: ${status}, ${isFault && goToClient ? 'and the application is told' : 'nothing else'}`, async () => {
          site.forget()
          handle = handler(error)
          for (const method of ['GET', 'HEAD']) {
            site.forget()
            const reply = await site.ask('/', { method })
            assert.equal(reply.status, status)
            assert.doesNotMatch(reply.body.toString('latin1'), /secret detail/)
            assert.doesNotMatch(JSON.stringify(reply.fields), /secret detail/)
            assert.ok(reply.isComplete, 'The body is not whole.')
            if (goToClient) {
              assert.deepEqual(site.faults, isFault ? [error] : [])
              assertPlain(reply.status, reply, method)
            } else {
              assert.deepEqual(site.faults, [])
              assert.equal(site.handedOn.length, 1)
              const [given] = site.handedOn
              assert.equal(error instanceof Error ? given : (given as Error).cause, error)
            }
          }
        })
      }
    }

    if (goToClient) {
      test('an error that knows when to come back says so', async () => {
        handle = thrower(new DownloadError('Busy.', { status: 503, retryAfter: 7 }))
        const reply = await site.ask('/')
        assert.equal(reply.status, 503)
        assert.equal(reply.get('Retry-After'), '7')
      })
    }

    test('a handler that gives back nothing is a 500', async () => {
      handle = () => undefined as never
      assert.equal((await site.ask('/')).status, 500)
    })

    describe('what hears of faults', () => {
      for (const [title, onError] of FAILING_LISTENERS) {
        const site = useSite(adapter, thrower(new Error('Broken on purpose.')), undefined, { onError })

        test(`${title} breaks nothing`, async (context) => {
          context.mock.method(console, 'error', () => {})
          assert.equal((await site.ask('/')).status, 500)
          assert.equal((await site.ask('/')).status, 500)
        })
      }
    })

    describe('the context', () => {
      const contexts: unknown[] = []
      const site = useSite(
        adapter,
        (request) => {
          contexts.push(request.context)
          return PathDownloadView.asView({ path: fixtures.path('digits.txt') })(request)
        },
        undefined,
        { context: async () => ({ user: 'ann' }) as DownloadContext },
      )
      const refusing = useSite(adapter, PathDownloadView.asView({ path: fixtures.path('digits.txt') }), undefined, {
        context: () => {
          throw new PermissionDeniedError()
        },
      })

      test('it is what the application knows of the request', async () => {
        assert.equal((await site.ask('/')).status, 200)
        assert.deepEqual(contexts, [{ user: 'ann' }])
      })

      test('it can refuse a request', async () => {
        assert.equal((await refusing.ask('/')).status, 403)
      })
    })

    describe('a storage', () => {
      for (const [title, storage] of FAILING_STORAGES) {
        test(`${title}: 500 with the cause, once`, async () => {
          site.forget()
          handle = StorageDownloadView.asView({ storage, path: 'a.txt' })
          const reply = await site.ask('/')
          assert.equal(reply.status, 500)
          const told = [...site.faults, ...site.handedOn]
          assert.equal(told.length, 1)
          assert.ok(told[0] instanceof StorageError, String(told[0]))
          assert.equal((told[0].cause as Error).message, 'the secret detail')
          assert.doesNotMatch(reply.body.toString(), /the secret detail/)
        })
      }

      test('that always has another file is unavailable', async () => {
        site.forget()
        handle = StorageDownloadView.asView({ storage: new RestlessStorage(), path: 'a.txt' })
        const reply = await site.ask('/')
        assert.equal(reply.status, 503)
        assert.doesNotMatch(reply.body.toString(), /version/)
        assert.equal(site.faults.length + site.handedOn.length, 1)
        if (goToClient) assert.equal(reply.get('Retry-After'), '1')
      })
    })

    describe('a file that is replaced between being found and being sent', () => {
      for (const [title, before, after] of [
        ['a small one', Buffer.from('old'), Buffer.from('the new one')],
        ['a large one', noise(700_000, 2), noise(600_000, 3)],
      ] as const) {
        test(`${title} is sent whole, with the headers that belong to it`, async () => {
          fixtures.write('replaced.bin', before)
          fixtures.write('replacing.bin', after, new Date())
          handle = class extends PathDownloadView {
            override async downloadResponse(file: DownloadFile) {
              const response = await super.downloadResponse(file)
              renameSync(fixtures.path('replacing.bin'), fixtures.path('replaced.bin'))
              return response
            }
          }.asView({ path: fixtures.path('replaced.bin') })
          const reply = await site.ask('/')
          assert.equal(reply.status, 200)
          assert.ok(reply.isComplete, 'The body is not whole.')
          const sent = reply.body.equals(before) ? before : after
          assert.ok(reply.body.equals(sent), 'The bytes differ.')
          assert.equal(reply.get('Content-Length'), String(sent.length))
          assert.equal(reply.get('ETag')?.startsWith(`"${sent.length.toString(16)}-`), true)
        })
      }
    })
  })
}

function assertPlain(
  status: number,
  reply: { get(name: string): string | undefined; body: Buffer },
  method: string,
): void {
  assert.equal(reply.get('Content-Type'), 'text/plain; charset=utf-8')
  assert.equal(reply.get('X-Content-Type-Options'), 'nosniff')
  assert.equal(reply.get('Cache-Control'), 'no-store')
  assert.equal(reply.get('Content-Disposition'), undefined)
  assert.equal(reply.get('ETag'), undefined)
  const text = `${NAMES[status]}\n`
  assert.equal(reply.body.toString(), method === 'HEAD' ? '' : text)
  assert.equal(reply.get('Content-Length'), String(text.length))
}

const NAMES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  410: 'Gone',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

function thrower(error: unknown): DownloadHandler {
  return () => {
    throw error
  }
}

/** Where in the course of a download an error can come from, before anything is sent. */
const WAYS: readonly (readonly [where: string, handler: (error: unknown) => DownloadHandler])[] = [
  ['thrown by the handler', thrower],
  ['rejected by the handler', (error) => () => Promise.reject(error)],
  [
    'thrown by a hook of the view',
    (error) =>
      class extends PathDownloadView {
        override getPath(): never {
          throw error
        }
      }.asView(),
  ],
]

const THROWN: readonly (readonly [title: string, error: unknown, status: number])[] = [
  ['FileNotFoundError', new FileNotFoundError(undefined, { path: `/${FOLDER_MARK}/secret detail` }), 404],
  ['PermissionDeniedError', new PermissionDeniedError(), 403],
  ['DownloadError with a status', new DownloadError('Pay first.', { status: 402, code: 'PAY' }), 402],
  ['DownloadError with 410', new DownloadError('It was here.', { status: 410 }), 410],
  ['FileChangedError', new FileChangedError(), 503],
  ['an Error', new Error('Broken on purpose.'), 500],
  ['ConfigurationError', new ConfigurationError('Set it up.'), 500],
  ['StorageError', new StorageError('Down.', { cause: new Error('secret detail') }), 500],
  ['DownloadError with a status that is none', new DownloadError('Odd.', { status: 0 }), 500],
  ['DownloadError with a status of four digits', new DownloadError('Odd.', { status: 1000 }), 500],
  ['DownloadError with the status of a success', new DownloadError('Odd.', { status: 200 }), 500],
  ['DownloadError with a status that has no body', new DownloadError('Odd.', { status: 304 }), 500],
  ['a text', 'Broken on purpose.', 500],
  ['the word that Express takes for a command', 'route', 500],
  ['undefined', undefined, 500],
  ['null', null, 500],
]

const FAILING_LISTENERS: readonly (readonly [title: string, onError: () => void])[] = [
  [
    'a listener that throws',
    () => {
      throw new Error('The listener is broken, too.')
    },
  ],
  ['a listener that rejects', async () => Promise.reject(new Error('The listener is broken, too.'))],
]

function broken(): StorageError {
  return new StorageError('The storage is down.', { cause: new Error('the secret detail') })
}

class BrokenStatStorage extends MemoryStorage {
  override stat(): Promise<never> {
    return Promise.reject(broken())
  }
}

class BrokenOpenStorage extends MemoryStorage {
  override async stat() {
    return { size: 10 }
  }

  // biome-ignore lint/correctness/useYield: it fails before its first byte.
  override async *open(): AsyncGenerator<Uint8Array, void, undefined> {
    throw broken()
  }
}

const FAILING_STORAGES = [
  ['that fails when it is asked for a file', new BrokenStatStorage()],
  ['that fails when a file is opened', new BrokenOpenStorage()],
] as const

/** A storage whose file is another one each time that it is looked at. */
class RestlessStorage extends MemoryStorage {
  #version = 0

  override async stat() {
    return { size: 10, etag: `"version ${this.#version++}"` }
  }

  // biome-ignore lint/correctness/useYield: it never gets as far.
  override async *open(): AsyncGenerator<Uint8Array, void, undefined> {
    throw new FileChangedError()
  }
}
