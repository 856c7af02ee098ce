import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { FileChangedError } from '../../src/errors.js'
import type { DownloadFile } from '../../src/files/file.js'
import { StorageFile } from '../../src/files/storage.js'
import type { DownloadHandler } from '../../src/handler.js'
import type { FileStat, Storage } from '../../src/storages/storage.js'
import { DownloadView } from '../../src/views/base.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { parseMultipart } from '../adapters/multipart.js'
import { RawConnection, type RawReply, type RawRequest, rawRequest, writeRequest } from '../http/raw.js'
import { type Served, serve } from '../http/serve.js'
import { eventually } from '../support/eventually.js'
import type { Fault, FaultProxy, SeenRequest } from '../support/fault-proxy.js'

/**
 * What every storage that lives elsewhere promises of a download: how often it asks its server, what our client gets,
 * and what becomes of it when the network or the server fails.
 *
 * ```ts
 * expectRemoteStorage({ name: 'S3Storage', start: async () => ({ direct, through, faults, close }) })
 * ```
 * `start` runs once before all tests. It starts the real server and a fault proxy in front of it, and gives a storage
 * that talks to the server (`direct`) and a way to make storages of the same files that talk through the proxy
 * (`through`). Tests make keys of their own, so that one place for files is enough.
 */
export interface RemoteStorageSetup {
  readonly name: string
  /** What takes other requests than elsewhere, since the protocol of the server has no better ones. */
  readonly costs?: Partial<Costs>
  start(): Promise<RemoteStorage>
}

/** The methods of the requests to the server that something takes. */
export interface Costs {
  /** A HEAD of a file. Default: `['HEAD']`. */
  readonly head: readonly string[]
  /** The range of the last bytes. Default: `['GET']`. */
  readonly lastBytes: readonly string[]
  /** `If-Modified-Since` that holds. Default: `['GET']`. */
  readonly notModified: readonly string[]
}

/** A running server with a fault proxy in front of it. */
export interface RemoteStorage {
  /** Talks to the server itself: whoever changes files behind our back. */
  readonly direct: Storage
  /** Makes a storage of the same files that talks through the proxy. Tests with time limits give short ones. */
  through(limits?: TimeLimits): Storage
  /** Counts the requests to the server, and does to its answers what networks do. */
  readonly faults: FaultProxy
  /** Ends the server, the proxy, and the clients of all storages. */
  close(): Promise<void>
}

/** Milliseconds, named as in the options of the storages. Left out, the defaults of the storage, which are long. */
export interface TimeLimits {
  readonly timeout?: number
  readonly idleTimeout?: number
}

export function expectRemoteStorage({ name, costs, start }: RemoteStorageSetup): void {
  describe(`${name} behind the library`, () => {
    let remote: RemoteStorage
    let storage: Storage
    before(async () => {
      remote = await start()
      storage = remote.through()
    })
    after(() => remote.close())

    for (const { title, run } of EXPECTATIONS) {
      test(title, async () => {
        remote.faults.use({ kind: 'pass' })
        const key = `${crypto.randomUUID()}/file.bin`
        await run(new Trial(remote, storage, key, { ...COSTS, ...costs }))
      })
    }
  })
}

interface Expectation {
  /** A sentence. */
  readonly title: string
  run(trial: Trial): Promise<void>
}

/** One download, or several: a key of its own, and what its server was asked. */
class Trial {
  readonly remote: RemoteStorage
  readonly storage: Storage
  readonly key: string

  readonly costs: Costs

  constructor(remote: RemoteStorage, storage: Storage, key: string, costs: Costs) {
    this.remote = remote
    this.storage = storage
    this.key = key
    this.costs = costs
  }

  get faults(): FaultProxy {
    return this.remote.faults
  }

  /** Saves a file, and waits until its date is in the past: servers cut it to seconds, upwards, too. */
  async saveLongAgo(content: string, contentType?: string): Promise<FileStat> {
    await this.remote.direct.save(this.key, content, { contentType })
    const stat = await this.remote.direct.stat(this.key)
    await eventually(() => Date.now() > (stat?.modifiedTime?.getTime() ?? 0))
    return stat as FileStat
  }

  /** Saves the file behind the back of the storage under test. */
  async save(content: string | Uint8Array, key = this.key): Promise<void> {
    await this.remote.direct.save(key, content)
  }

  serve(view: DownloadHandler = viewOf(this.storage)): Promise<Served> {
    return serve(view, { route: '/*path' })
  }

  /** Asks the library for the file, and tells what that cost. */
  async ask(request: Partial<RawRequest> = {}, view?: DownloadHandler): Promise<Asked> {
    const { origin, faults: errors } = await this.serve(view)
    const first = this.faults.requests.length
    const reply = await rawRequest(origin, { target: targetOf(this.key), ...request })
    return { reply, errors, requests: this.faults.requests.slice(first) }
  }

  /** Asks while the server, or the way to it, is out of order. */
  async askFaulty(faults: { use?: Fault; next?: readonly Fault[] }, limits?: TimeLimits): Promise<Asked> {
    this.faults.next(...(faults.next ?? []))
    this.faults.use(faults.use ?? { kind: 'pass' })
    return this.ask({}, limits && viewOf(this.remote.through(limits)))
  }
}

interface Asked {
  readonly reply: RawReply
  /** What the application was told of faults. */
  readonly errors: readonly unknown[]
  /** What the server was asked. */
  readonly requests: readonly SeenRequest[]
}

const COSTS: Costs = { head: ['HEAD'], lastBytes: ['GET'], notModified: ['GET'] }

const DIGITS = '0123456789'

/** Larger than what sockets and streams take in by themselves, and different at every place. */
const LARGE = numbered(3 * 1024 * 1024)
const OTHER = Buffer.from(LARGE.map((byte) => byte ^ 0xff))

/** Keys whose letters mean something to some layer on the way. */
const KEYS = [
  'a b.txt',
  ' leading and trailing ',
  'ünï/naïve é.txt',
  '日本/語.txt',
  '😀.txt',
  'what?.txt',
  'c#.txt',
  'a+b.txt',
  'a&b=c.txt',
  '100%.txt',
  '%41%2e%2F.txt',
  `it's "quoted".txt`,
  'semi;colon,comma.txt',
  '~!*()[]{}<>|^`$@:.txt',
]

const NOT_CANONICAL = ['/..', '/a/../b', '/%2e%2e/a', '/a%2Fb', '/a//b', '/a%00', '/a%5Cb', '/C:/a']

const oneRequest: readonly Expectation[] = [
  {
    title: 'a GET is one request, and brings the file with all that is known of it',
    async run(trial) {
      const stat = await trial.saveLongAgo(DIGITS, 'text/x-test')
      const { reply, requests } = await trial.ask()
      assert.deepEqual(methodsOf(requests), ['GET'])
      assert.equal(reply.status, 200)
      assert.equal(reply.body.toString(), DIGITS)
      assert.equal(reply.get('Content-Length'), '10')
      assert.equal(reply.get('Content-Type'), 'text/x-test; charset=utf-8')
      assert.equal(reply.get('ETag'), stat.etag)
      assert.equal(reply.get('Last-Modified'), stat.modifiedTime?.toUTCString())
      assert.equal(reply.get('Accept-Ranges'), 'bytes')
      assert.equal(reply.get('Content-Disposition'), 'attachment; filename="file.bin"')
    },
  },
  {
    title: 'a HEAD is one request without bytes, with the headers of the GET',
    async run(trial) {
      await trial.save(DIGITS)
      const get = await trial.ask()
      const { reply, requests } = await trial.ask({ method: 'HEAD' })
      assert.deepEqual(methodsOf(requests), trial.costs.head)
      assert.equal(reply.status, 200)
      assert.equal(reply.body.length, 0)
      const known = ({ fields }: RawReply) => fields.filter(([name]) => !/^(?:date|connection|keep-alive)$/i.test(name))
      assert.deepEqual(known(reply), known(get.reply))
    },
  },
  ...[
    { header: 'bytes=0-3', text: '0123', range: 'bytes 0-3/10' },
    { header: 'bytes=4-5', text: '45', range: 'bytes 4-5/10' },
    { header: 'bytes=7-', text: '789', range: 'bytes 7-9/10' },
    { header: 'bytes=7-99', text: '789', range: 'bytes 7-9/10' },
    { header: 'bytes=-3', text: '789', range: 'bytes 7-9/10' },
    { header: 'bytes=-99', text: DIGITS, range: 'bytes 0-9/10' },
    { header: 'bytes=0-', text: DIGITS, range: 'bytes 0-9/10' },
  ].map(
    ({ header, text, range }): Expectation => ({
      title: `the range ${header} is one request, for these bytes only`,
      async run(trial) {
        await trial.save(DIGITS)
        const { reply, requests } = await trial.ask({ headers: { Range: header } })
        assert.equal(reply.status, 206)
        assert.equal(reply.body.toString(), text)
        assert.equal(reply.get('Content-Range'), range)
        assert.deepEqual(methodsOf(requests), header.startsWith('bytes=-') ? trial.costs.lastBytes : ['GET'])
        assert.equal(requests.at(-1)?.sent, text.length)
      },
    }),
  ),
  {
    title: 'several ranges come in one reply, and are a request each',
    async run(trial) {
      await trial.save(LARGE)
      const { reply, requests } = await trial.ask({ headers: { Range: 'bytes=0-9,100000-100009,-5' } })
      assert.equal(reply.status, 206)
      const parts = parseMultipart(reply)
      assertBytes(
        parts.map(({ bytes }) => bytes),
        [LARGE.subarray(0, 10), LARGE.subarray(100_000, 100_010), LARGE.subarray(-5)],
      )
      assert.deepEqual(methodsOf(requests), ['GET', 'GET', 'GET'])
      assert.equal(
        requests.reduce((sum, { sent }) => sum + sent, 0),
        25,
      )
    },
  },
  {
    title: 'a range behind the end is a 416 that tells the size',
    async run(trial) {
      await trial.save(DIGITS)
      const { reply, requests } = await trial.ask({ headers: { Range: 'bytes=10-' } })
      assert.equal(reply.status, 416)
      assert.equal(reply.get('Content-Range'), 'bytes */10')
      assert.equal(reply.body.length, 0)
      // Where the answer does not tell of the file, it takes a HEAD.
      assert.ok(requests.length <= 2, `${requests.length} requests`)
    },
  },
  {
    title: 'a range behind the end is a 416 also for a client that has another version',
    async run(trial) {
      await trial.save(DIGITS)
      const { reply } = await trial.ask({ headers: { Range: 'bytes=10-', 'If-None-Match': '"other"' } })
      assert.equal(reply.status, 416)
    },
  },
  ...['"other"', '"one", W/"two"'].map(
    (tag): Expectation => ({
      title: `If-None-Match: ${tag} is one request, and brings the file`,
      async run(trial) {
        await trial.save(DIGITS)
        const { reply, requests } = await trial.ask({ headers: { 'If-None-Match': tag } })
        assert.equal(reply.status, 200)
        assert.equal(reply.body.toString(), DIGITS)
        assert.deepEqual(methodsOf(requests), ['GET'])
      },
    }),
  ),
  {
    title: 'If-None-Match with the tag of the file is a 304, for which no bytes of it are sent',
    async run(trial) {
      await trial.save(LARGE)
      const etag = (await trial.ask({ method: 'HEAD' })).reply.get('ETag') as string
      const { reply, requests } = await trial.ask({ headers: { 'If-None-Match': etag } })
      assert.equal(reply.status, 304)
      assert.equal(reply.get('ETag'), etag)
      assert.equal(reply.body.length, 0)
      assert.deepEqual(methodsOf(requests), ['GET'])
      assert.ok((requests[0]?.sent ?? 0) < 1000, `${requests[0]?.sent} bytes came from the server`)
    },
  },
  ...[(tag: string) => `"other", ${tag}`, (tag: string) => `W/${tag}`, () => '*'].map(
    (spell): Expectation => ({
      title: `If-None-Match: ${spell('"tag"')} is a 304 as well, however the server takes it`,
      async run(trial) {
        await trial.save(DIGITS)
        const etag = (await trial.ask({ method: 'HEAD' })).reply.get('ETag') as string
        const { reply } = await trial.ask({ headers: { 'If-None-Match': spell(etag) } })
        assert.equal(reply.status, 304)
        assert.equal(reply.get('ETag'), etag)
        assert.equal(reply.body.length, 0)
      },
    }),
  ),
  {
    title: 'If-Modified-Since with the date of the file is a 304, an older date brings the file',
    async run(trial) {
      await trial.saveLongAgo(DIGITS)
      const date = (await trial.ask({ method: 'HEAD' })).reply.get('Last-Modified') as string
      const same = await trial.ask({ headers: { 'If-Modified-Since': date } })
      assert.equal(same.reply.status, 304)
      assert.deepEqual(methodsOf(same.requests), trial.costs.notModified)
      const older = new Date(Date.parse(date) - 1000).toUTCString()
      const { reply, requests } = await trial.ask({ headers: { 'If-Modified-Since': older } })
      assert.equal(reply.status, 200)
      assert.equal(reply.body.toString(), DIGITS)
      assert.deepEqual(methodsOf(requests), ['GET'])
    },
  },
  {
    title: 'If-Match and If-Unmodified-Since that do not hold are a 412',
    async run(trial) {
      await trial.save(DIGITS)
      const { reply } = await trial.ask({ headers: { 'If-Match': '"other"' } })
      assert.equal(reply.status, 412)
      assert.equal(reply.body.length, 0)
      const since = { 'If-Unmodified-Since': 'Mon, 03 May 2021 12:34:56 GMT' }
      assert.equal((await trial.ask({ headers: since })).reply.status, 412)
    },
  },
  {
    title: 'If-Range with the tag of the file brings the range in one request, an old tag the whole file',
    async run(trial) {
      await trial.save(DIGITS)
      const etag = (await trial.ask({ method: 'HEAD' })).reply.get('ETag') as string
      const current = await trial.ask({ headers: { Range: 'bytes=2-4', 'If-Range': etag } })
      assert.equal(current.reply.status, 206)
      assert.equal(current.reply.body.toString(), '234')
      assert.deepEqual(methodsOf(current.requests), ['GET'])
      const old = await trial.ask({ headers: { Range: 'bytes=2-4', 'If-Range': '"old"' } })
      assert.equal(old.reply.status, 200)
      assert.equal(old.reply.body.toString(), DIGITS)
      assert.ok(old.requests.length <= 2, `${old.requests.length} requests`)
    },
  },
  {
    title: 'a file that is not there is a 404 after one request',
    async run(trial) {
      for (const method of ['GET', 'HEAD']) {
        const { reply, requests, errors } = await trial.ask({ method })
        assert.equal(reply.status, 404)
        assert.deepEqual(methodsOf(requests), method === 'HEAD' ? trial.costs.head : ['GET'])
        assert.deepEqual(errors, [])
      }
      assert.equal((await trial.ask({ headers: { Range: 'bytes=0-3' } })).reply.status, 404)
    },
  },
  {
    title: 'an empty file is a 200 without bytes, whatever range is asked for',
    async run(trial) {
      await trial.save('')
      for (const headers of [{}, { Range: 'bytes=0-' }, { Range: 'bytes=5-9' }, { Range: 'bytes=-5' }]) {
        const { reply } = await trial.ask({ headers })
        assert.equal(reply.status, 200)
        assert.equal(reply.get('Content-Length'), '0')
        assert.equal(reply.body.length, 0)
      }
    },
  },
  ...KEYS.map(
    (key): Expectation => ({
      title: `the key ${JSON.stringify(key)} leads to its file and no other`,
      async run(trial) {
        await trial.save(`content of ${key}`, key)
        const { reply } = await trial.ask({ target: targetOf(key), headers: { Range: 'bytes=11-' } })
        assert.equal(reply.status, 206)
        assert.equal(reply.body.toString(), key)
      },
    }),
  ),
  {
    title: 'a name that is no canonical key is a 404, and the server is not asked',
    async run(trial) {
      for (const target of NOT_CANONICAL) {
        const { reply, requests } = await trial.ask({ target })
        assert.equal(reply.status, 404, target)
        assert.deepEqual(requests, [])
      }
    },
  },
]

const changes: readonly Expectation[] = [
  {
    title: 'a file that is replaced between being described and being read is not sent under the old tag',
    async run(trial) {
      await trial.save(LARGE)
      const { reply } = await trial.ask({}, replacingView(trial))
      // Each save may make a new version, even of the same bytes: then no version stays long enough to be sent.
      if (reply.status === 503) return
      assertOneVersion(reply)
      const stat = await trial.remote.direct.stat(trial.key)
      if (reply.status === 200 && reply.isComplete) assert.equal(reply.get('ETag'), stat?.etag)
    },
  },
  {
    title: 'a file that is replaced while it is read is the old one or breaks off',
    async run(trial) {
      await trial.save(LARGE)
      const happens = () => trial.save(OTHER)
      const { reply } = await trial.askFaulty({ next: [{ kind: 'meanwhile', after: 100_000, happens }] })
      assertOneVersion(reply)
    },
  },
  {
    title: 'a file that is replaced, or deleted, before the rest is asked for breaks off, and is never glued',
    async run(trial) {
      for (const change of [() => trial.save(OTHER), () => trial.remote.direct.delete(trial.key)]) {
        await trial.save(LARGE)
        const happens = async () => {
          await change()
          throw new Error('The connection is reset.')
        }
        const { reply, errors } = await trial.askFaulty({ next: [{ kind: 'meanwhile', after: 100_000, happens }] })
        assertBroken(reply)
        assert.equal(errors.length, 1)
      }
    },
  },
  {
    title: 'of a file that is replaced between two ranges, no part is of the new one',
    async run(trial) {
      await trial.save(LARGE)
      const headers = { Range: 'bytes=0-9,100-109' }
      trial.faults.next({ kind: 'meanwhile', after: 5, happens: () => trial.save(OTHER) })
      const { reply, requests } = await trial.ask({ headers })
      assert.equal(reply.isComplete, false)
      assert.ok(reply.body.includes(LARGE.subarray(0, 10)), 'the first part')
      assert.ok(!reply.body.includes(OTHER.subarray(100, 110)), 'never a part of the other version')
      assert.deepEqual(methodsOf(requests), ['GET', 'GET'])
    },
  },
  {
    title: 'reading the version that was seen fails with FileChangedError when it is another one by now',
    async run(trial) {
      await trial.save(DIGITS)
      const seen = await trial.storage.stat(trial.key)
      await trial.save('abcdefghij')
      await assert.rejects(bytesOf(trial.storage.open(trial.key, { seen })), FileChangedError)
      const range = { start: 2, end: 4 }
      await assert.rejects(bytesOf(trial.storage.open(trial.key, { seen, range })), FileChangedError)
    },
  },
]

const RESUMED: Readonly<Record<string, readonly Fault[]>> = {
  'is reset before the body': [{ kind: 'reset', after: 0 }],
  'is reset under way': [{ kind: 'reset', after: 1_000_000 }],
  'ends early': [{ kind: 'truncate', after: 1_000_000 }],
  'ends early, and again': [
    { kind: 'truncate', after: 300_000 },
    { kind: 'truncate', after: 1 },
    { kind: 'reset', after: 500_000 },
  ],
  'ends early, and is refused once': [{ kind: 'truncate', after: 300_000 }, { kind: 'refuse' }],
}

const failures: readonly Expectation[] = [
  ...Object.entries(RESUMED).map(
    ([what, next]): Expectation => ({
      title: `a download whose connection ${what} is taken up again, and comes out whole`,
      async run(trial) {
        await trial.save(LARGE)
        const { reply, errors } = await trial.askFaulty({ next })
        assertWhole(reply)
        assert.deepEqual(errors, [])
      },
    }),
  ),
  {
    title: 'a range whose connection ends early is taken up again within it',
    async run(trial) {
      await trial.save(LARGE)
      trial.faults.next({ kind: 'truncate', after: 400_000 })
      const { reply } = await trial.ask({ headers: { Range: 'bytes=1000000-1999999' } })
      assert.equal(reply.status, 206)
      assertBytes([reply.body], [LARGE.subarray(1_000_000, 2_000_000)])
    },
  },
  {
    title: 'a download that stalls under way is taken up again',
    async run(trial) {
      await trial.save(LARGE)
      const { reply } = await trial.askFaulty({ next: [{ kind: 'stall', after: 1_000_000 }] }, { idleTimeout: 200 })
      assertWhole(reply)
    },
  },
  {
    title: 'a slow server is waited for',
    async run(trial) {
      await trial.save(LARGE.subarray(0, 100_000))
      const { reply } = await trial.askFaulty({ use: { kind: 'slow', bytes: 10_000, milliseconds: 20 } })
      assert.equal(reply.status, 200)
      assertBytes([reply.body], [LARGE.subarray(0, 100_000)])
    },
  },
  ...['reset', 'truncate', 'stall'].map(
    (kind): Expectation => ({
      title: `a download whose server does nothing but ${kind} breaks off, and does not look whole`,
      async run(trial) {
        await trial.save(LARGE)
        const use = { kind, after: 1000 } as Fault
        const { reply, errors } = await trial.askFaulty({ use }, { idleTimeout: 100 })
        assertBroken(reply)
        assert.equal(errors.length, 1)
      },
    }),
  ),
  {
    title: 'a file that is shorter than its server says breaks off, and does not look whole',
    async run(trial) {
      await trial.save(LARGE)
      const { reply } = await trial.askFaulty({ use: { kind: 'length', by: 10 } })
      assert.ok(reply.status >= 500 || !reply.isComplete, `${reply.status}, complete`)
    },
  },
  {
    title: 'a server that cannot be reached is a 502',
    async run(trial) {
      const { reply, errors } = await trial.askFaulty({ use: { kind: 'refuse' } })
      assertError(trial, reply, [502])
      assert.equal(errors.length, 1)
    },
  },
  {
    title: 'a server that says nothing is a 504',
    async run(trial) {
      const { reply, errors } = await trial.askFaulty({ use: { kind: 'silence' } }, { timeout: 300 })
      assertError(trial, reply, [504])
      assert.equal(errors.length, 1)
    },
  },
  ...[
    { status: 500, expected: [502] },
    { status: 503, expected: [502, 503] },
    { status: 401, expected: [502], headers: { 'WWW-Authenticate': 'Basic realm="inner"' } },
    { status: 403, expected: [502] },
    { status: 302, expected: [502], headers: { Location: 'http://127.0.0.1:9/' } },
    { status: 418, expected: [502] },
  ].map(
    ({ status, expected, headers = {} }): Expectation => ({
      title: `a ${status} of the server is no answer to our client, and tells nothing of it`,
      async run(trial) {
        await trial.save(DIGITS)
        const body = '<Error><Code>InnerCode</Code><Message>inner details</Message></Error>'
        const { reply, errors } = await trial.askFaulty({ use: { kind: 'answer', status, body, headers } })
        assertError(trial, reply, expected)
        assert.equal(errors.length, 1)
      },
    }),
  ),
  {
    title: 'a server that wants to be left alone is a 503 with its Retry-After',
    async run(trial) {
      await trial.save(DIGITS)
      const use: Fault = { kind: 'answer', status: 429, headers: { 'Retry-After': '1' } }
      const { reply } = await trial.askFaulty({ use })
      assertError(trial, reply, [503])
      assert.equal(reply.get('Retry-After'), '1')
    },
  },
  {
    title: 'a server that fails once is asked again',
    async run(trial) {
      await trial.save(DIGITS)
      const { reply } = await trial.askFaulty({ next: [{ kind: 'answer', status: 500 }] })
      assert.equal(reply.status, 200)
      assert.equal(reply.body.toString(), DIGITS)
    },
  },
]

const departures: readonly Expectation[] = [
  {
    title: 'a client that leaves ends the request to the server',
    async run(trial) {
      await trial.save(LARGE)
      const { connection } = await begin(trial)
      await connection.take(1000)
      connection.reset()
      await eventually(() => trial.faults.sockets.upstream === 0)
    },
  },
  {
    title: 'a client that leaves before the server has answered ends the request, too',
    async run(trial) {
      await trial.save(LARGE)
      trial.faults.next({ kind: 'silence' })
      const { origin } = await trial.serve()
      const before = trial.faults.requests.length
      const clients = trial.faults.sockets.client
      const connection = await RawConnection.open(origin)
      connection.send(writeRequest({ target: targetOf(trial.key) }))
      await eventually(() => trial.faults.requests.length > before)
      connection.reset()
      await eventually(() => trial.faults.sockets.client <= clients)
    },
  },
  {
    title: 'a client that does not read keeps the server from sending on',
    async run(trial) {
      // More than all buffers on the way: those of the sockets alone can take tens of megabytes.
      const size = 96 * 1024 * 1024
      await trial.remote.direct.save(
        trial.key,
        Array.from({ length: size / LARGE.length }, () => LARGE),
      )
      const { connection, request } = await begin(trial)
      let sent = -1
      await eventually(async () => {
        const isStill = sent === request().sent
        sent = request().sent
        await new Promise((resolve) => setTimeout(resolve, 100))
        return isStill && sent > 0
      })
      assert.ok(sent < size * 0.75, `${sent} bytes came from the server, and nobody read them`)
      connection.reset()
      await eventually(() => trial.faults.sockets.upstream === 0)
    },
  },
  {
    title: 'a hundred clients that leave hold nothing, and the next one is served',
    async run(trial) {
      await trial.save(LARGE)
      const { origin } = await trial.serve()
      await eventually(() => trial.faults.sockets.upstream === 0)
      for (let round = 0; round < 10; round++) {
        await Promise.all(
          Array.from({ length: 10 }, async () => {
            const connection = await RawConnection.open(origin)
            connection.send(writeRequest({ target: targetOf(trial.key) }))
            await connection.head()
            connection.reset()
          }),
        )
      }
      await eventually(() => trial.faults.sockets.upstream === 0)
      assertWhole((await trial.ask()).reply)
    },
  },
  {
    title: 'bytes that nobody wants after all are let go of at once',
    async run(trial) {
      await trial.save(LARGE)
      await eventually(() => trial.faults.sockets.upstream === 0)
      for (let count = 0; count < 100; count++) {
        const fetched = await trial.storage.fetch?.(trial.key)
        assert.ok(fetched?.body, 'a body that is on its way')
        fetched.body.cancel()
      }
      await eventually(() => trial.faults.sockets.upstream === 0)
      assertWhole((await trial.ask()).reply)
    },
  },
]

const EXPECTATIONS: readonly Expectation[] = [...oneRequest, ...changes, ...failures, ...departures]

function viewOf(storage: Storage): DownloadHandler {
  return StorageDownloadView.asView({ storage })
}

/** A view whose file is replaced as soon as all is known of it. */
function replacingView(trial: Trial): DownloadHandler {
  return class extends DownloadView {
    override getFile(): DownloadFile {
      const file = new StorageFile(trial.storage, trial.key)
      return {
        name: trial.key,
        async stat() {
          const stat = await file.stat()
          await trial.save(OTHER)
          return stat
        },
        open: (range, signal) => file.open(range, signal),
      }
    }
  }.asView()
}

/** Sends a GET and waits for the headers only. */
async function begin(trial: Trial): Promise<{ connection: RawConnection; request(): SeenRequest }> {
  const { origin } = await trial.serve()
  const connection = await RawConnection.open(origin)
  connection.send(writeRequest({ target: targetOf(trial.key) }))
  assert.equal((await connection.head()).status, 200)
  return { connection, request: () => trial.faults.requests.at(-1) as SeenRequest }
}

function targetOf(key: string): string {
  return `/${key.split('/').map(encodeURIComponent).join('/')}`
}

function methodsOf(requests: readonly SeenRequest[]): string[] {
  return requests.map(({ method }) => method)
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

/** Each four bytes hold their own number. */
function numbered(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; at += 4) bytes.writeUInt32BE(at, at)
  return bytes
}

/** Compares without printing megabytes. */
function assertBytes(actual: readonly Uint8Array[], expected: readonly Uint8Array[]): void {
  assert.deepEqual(actual.map(fingerprint), expected.map(fingerprint))
}

function fingerprint(bytes: Uint8Array): { length: number; sha256: string } {
  return { length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

function assertWhole(reply: RawReply): void {
  assert.equal(reply.status, 200)
  assert.equal(reply.isComplete, true)
  assertBytes([reply.body], [LARGE])
}

/** The client can see that something is missing, and what it has is of one version. */
function assertBroken(reply: RawReply): void {
  assert.equal(reply.status, 200)
  assert.equal(reply.isComplete, false, 'The reply looks whole.')
  assertBytes([reply.body], [LARGE.subarray(0, reply.body.length)])
}

function assertOneVersion(reply: RawReply): void {
  const version = reply.body[0] === OTHER[0] ? OTHER : LARGE
  assertBytes([reply.body], [version.subarray(0, reply.body.length)])
  if (reply.status === 200 && reply.isComplete) assert.equal(reply.body.length, version.length)
}

function assertError(trial: Trial, reply: RawReply, statuses: readonly number[]): void {
  assert.ok(statuses.includes(reply.status), `status ${reply.status}`)
  assert.equal(reply.isComplete, true)
  const shown = `${reply.fields.flat().join('\n')}\n${reply.body}`
  for (const secret of [/inner/i, String(trial.faults.port), /bucket|container/i, /WWW-Authenticate|Location/i]) {
    assert.doesNotMatch(shown, new RegExp(secret, 'i'), 'The client learns of the server behind.')
  }
}
