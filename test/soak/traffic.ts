import { writeRequest } from '../http/raw.js'
import { Asking, type AskingOptions } from './asking.js'
import { contentOf } from './content.js'
import { same, type Version } from './history.js'
import { HOSTILE_FIELDS, HOSTILE_TARGETS } from './hostile.js'
import { Http1Client, writeAsked } from './http1.js'
import { Http2Client } from './http2.js'
import { pause, SoakFailure } from './in-time.js'
import type { Random } from './random.js'
import type { Ports } from './server.js'
import { type Answered, type Asked, fail, verify } from './verify.js'

/** What the clients need. */
export interface TrafficOptions extends AskingOptions {
  readonly random: Random
  readonly ports: Ports
  /** Clients at a time. */
  readonly clients: number
}

/** What the clients did. */
export interface Tally {
  requests: number
  /** Bodies that came to their end and were exactly the bytes of one version. */
  verified: number
  /** Bytes of these. */
  bytes: number
  /** Clients that left before the end. */
  aborts: number
  /** Downloads that were broken off and then glued together from two answers. */
  resumed: number
  /** How often each kind of request had each end. */
  readonly ends: Record<string, number>
  /** What should never have happened. */
  readonly failures: string[]
}

export function newTally(): Tally {
  return { requests: 0, verified: 0, bytes: 0, aborts: 0, resumed: 0, ends: {}, failures: [] }
}

/** How long clients come. */
export interface Duration {
  readonly milliseconds: number
  /** Requests that there have to be, also on a busy computer, where that takes longer. Default: `0`. */
  readonly requests?: number | undefined
}

/** Lets clients do all that clients do, until the time has come. */
export async function runTraffic(
  options: TrafficOptions,
  { milliseconds, requests = 0 }: Duration,
  tally: Tally,
): Promise<void> {
  const until = performance.now() + milliseconds
  const isOver = () => performance.now() > until && tally.requests >= requests
  const clients = Array.from({ length: options.clients }, () => new SoakClient(options, options.random.fork(), tally))
  await Promise.all(clients.map((client) => client.run(isOver)))
}

/** One client: it does one thing after the other. */
class SoakClient {
  readonly #asking: Asking
  readonly #random: Random
  readonly #tally: Tally
  readonly #http1: Http1Client
  readonly #http2: readonly Http2Client[]

  constructor(options: TrafficOptions, random: Random, tally: Tally) {
    const { ports } = options
    this.#asking = new Asking(options, random)
    this.#random = random
    this.#tally = tally
    this.#http1 = new Http1Client(`http://127.0.0.1:${ports.http}`, random)
    this.#http2 = [ports.compat, ports.streams].map((port) => new Http2Client(`http://127.0.0.1:${port}`, random))
  }

  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const [name, act] = this.#random.pick(ACTS)
      try {
        await act.call(this)
      } catch (error) {
        this.#fail(name, error)
        this.#http1.leave()
        for (const client of this.#http2) client.abort()
      }
    }
    this.#http1.leave()
    await Promise.all(this.#http2.map((client) => client.leave())).catch((error) => this.#fail('leaving', error))
  }

  async whole(): Promise<void> {
    await this.#one(this.#asking.whole(), 'whole')
  }

  async range(): Promise<void> {
    await this.#one(this.#asking.range(), 'range')
  }

  async multipart(): Promise<void> {
    await this.#one(this.#asking.ranges(), 'several ranges')
  }

  async head(): Promise<void> {
    await this.#one(this.#asking.head(), 'HEAD')
  }

  /** With a tag of the file, of now or of before. */
  async conditional(): Promise<void> {
    const asked = this.#asking.whole()
    const { version, answer } = await this.#one({ ...asked, method: 'HEAD' }, 'HEAD')
    const tag = answer.get('ETag')
    if (version === undefined || tag === undefined || asked.file.history.versionOf(tag) === undefined) return
    await pause(this.#random.below(100))
    const condition = this.#random.chance(0.5) ? { ifNoneMatch: tag } : { ifMatch: tag }
    const range = this.#random.chance(0.3) ? { ranges: [this.#asking.rangeIn(asked.file)] } : {}
    await this.#one({ ...asked, ...condition, ...range, from: performance.now() }, 'conditional')
  }

  async slow(): Promise<void> {
    const asked = this.#asking.whole()
    const bytes = this.#random.pick([30_000, 100_000, 400_000])
    const milliseconds = this.#random.below(20)
    for await (const answer of this.#http1.ask([asked], { slow: { bytes, milliseconds } }))
      this.#count('slow', asked, answer)
  }

  async pipelined(): Promise<void> {
    const requests = Array.from({ length: this.#random.between(2, 8) }, () => {
      if (this.#random.chance(0.3)) return this.#asking.range()
      return this.#random.chance(0.1) ? this.#asking.head() : this.#asking.whole()
    })
    let index = 0
    for await (const answer of this.#http1.ask(requests)) this.#count('pipelined', requests[index++] as Asked, answer)
  }

  /** Leaves at any point: with what was not read yet, by a reset, or by a half-closed connection. */
  async abort(): Promise<void> {
    const asked = this.#asking.whole()
    const connection = await this.#http1.connect()
    const request = writeAsked(asked)
    this.#tally.requests++
    this.#tally.aborts++
    if (this.#random.chance(0.1)) {
      connection.send(request.subarray(0, this.#random.below(request.length)))
    } else {
      connection.send(request)
      if (this.#random.chance(0.8)) {
        const head = await connection.head()
        const length = Number(head.get('Content-Length') ?? 0)
        await connection.take(this.#random.below(length + 1))
      }
    }
    if (this.#random.chance(0.3)) {
      connection.finish()
      await connection.ended()
    }
    this.#http1.leave(this.#random.pick(['destroy', 'reset']))
  }

  /** Begins a download, leaves, asks for the rest of what was begun, and glues both together. */
  async resume(): Promise<void> {
    const asked = this.#asking.whole()
    const connection = await this.#http1.connect()
    connection.send(writeAsked(asked))
    this.#tally.requests++
    const head = await connection.head()
    const length = Number(head.get('Content-Length') ?? 0)
    const begun = head.status === 200 && length > 0
    const beginning = await connection.take(begun ? this.#random.below(length) : 0)
    this.#http1.leave(this.#random.pick(['destroy', 'reset']))
    if (beginning.length === 0) return
    this.#tally.aborts++
    await pause(this.#random.pick([0, 0, 20, 300, 1500]))
    // A date is strong only where nothing can have changed in the rest of its second (RFC 9110, 8.8.2.2).
    const isOld = Date.parse(head.get('Date') ?? '') - Date.parse(head.get('Last-Modified') ?? '') >= 2000
    const ifRange = isOld && this.#random.chance(0.5) ? head.get('Last-Modified') : head.get('ETag')
    if (ifRange === undefined) throw new SoakFailure('There is nothing to go on with.')
    const rest: Asked = { ...asked, ranges: [{ start: beginning.length }], ifRange, from: performance.now() }
    const { answer, version } = await this.#one(rest, 'resumed')
    if (answer.status !== 206 || !answer.isComplete) return
    this.#tally.resumed++
    const glued = Buffer.concat([beginning, answer.body])
    if (version !== undefined && glued.equals(asked.file.history.contentOf(version))) return
    // Already the first half was of a file that was half done.
    if (asked.file.history.wasHalfDone({ from: asked.from, until: answer.headAt })) return
    if (asked.isZeroCopy && asked.file.history.wasSpoilt({ from: asked.from, until: answer.endAt })) return
    throw fail(rest, answer, `Two versions were glued together, the first with the tag ${head.get('ETag')}.`)
  }

  async nothingThere(): Promise<void> {
    const asked = this.#asking.whole()
    const file = { ...asked.file, key: `no-${this.#random.below(1000)}.bin` }
    const connection = await this.#http1.connect()
    connection.send(writeAsked({ ...asked, file }))
    const answer = await connection.answer('GET')
    this.#end('nothing there', answer.status)
    if (answer.status === 404 || asked.prefix === '/remote/') return
    throw fail({ ...asked, file }, answer, 'There is no such file.')
  }

  async hostileTarget(): Promise<void> {
    const target = this.#random.pick(HOSTILE_TARGETS)
    this.#http1.leave()
    const connection = await this.#http1.connect()
    connection.send(writeRequest({ target, headers: { Connection: 'close' } }))
    const answer = await connection.answer('GET')
    this.#http1.leave()
    this.#end('hostile target', answer.status)
    if (answer.status >= 400 && answer.status < 500) return
    throw new SoakFailure(`${JSON.stringify(target)} was answered with ${answer.status}.`)
  }

  async hostileField(): Promise<void> {
    const [name, value] = this.#random.pick(HOSTILE_FIELDS)
    const file = this.#asking.diskFile()
    this.#http1.leave()
    const connection = await this.#http1.connect()
    const target = `/files/${encodeURI(file.key)}`
    connection.send(writeRequest({ target, headers: { Connection: 'close', [name]: value } }))
    if (name === 'Content-Length') connection.send(Buffer.from('12345'))
    if (name === 'Transfer-Encoding') connection.send(Buffer.from('0\r\n\r\n'))
    const answer = await connection.answer('GET')
    this.#http1.leave()
    this.#end('hostile field', answer.status)
    if (answer.status === 503 && file.history.wasChanged({ from: answer.headAt - 1000, until: answer.headAt })) return
    if (answer.status < 500) return
    throw new SoakFailure(`${name}: ${value.slice(0, 50)} was answered with ${answer.status}.`)
  }

  /** A body of which nobody knew the length. */
  async made(): Promise<void> {
    const [number, size] = [this.#random.below(100), this.#random.pick([0, 100, 20_000, 500_000])]
    const isBroken = this.#random.chance(0.2)
    const connection = await this.#http1.connect()
    connection.send(writeRequest({ target: `/made/made/${number}/${size}/${isBroken ? 'broken' : 'whole'}` }))
    const answer = await connection.answer('GET')
    if (!answer.isComplete || isBroken) this.#http1.leave()
    this.#end('made', answer.isComplete ? answer.status : 'broken off')
    if (isBroken) {
      if (answer.status === 200 && answer.isComplete) throw new SoakFailure('A body that broke looks whole.')
      return
    }
    if (answer.status !== 200 || !answer.isComplete || !answer.body.equals(contentOf('made', number, size))) {
      throw new SoakFailure(`What was made came as ${answer.body.length} bytes of ${size}, status ${answer.status}.`)
    }
    this.#tally.verified++
    this.#tally.bytes += size
  }

  async streams(): Promise<void> {
    const client = this.#random.pick(this.#http2)
    const requests = Array.from({ length: this.#random.between(1, 6) }, () => {
      const draw = this.#random.below(10)
      if (draw < 3) return this.#asking.range()
      if (draw < 4) return this.#asking.ranges()
      return draw < 5 ? this.#asking.head() : this.#asking.whole()
    })
    await Promise.all(
      requests.map(async (asked) => {
        const leaveAfter = this.#random.chance(0.25) ? this.#random.pick([0, 1, 20_000, 300_000]) : undefined
        const answer = await client.ask({ ...asked, isZeroCopy: false }, leaveAfter)
        if (answer !== undefined) return void this.#count('HTTP/2', { ...asked, isZeroCopy: false }, answer)
        this.#tally.requests++
        this.#tally.aborts++
      }),
    )
    if (this.#random.chance(0.1)) await client.leave()
    else if (this.#random.chance(0.05)) client.abort()
  }

  async #one(asked: Asked, kind: string): Promise<{ answer: Answered; version: Version | undefined }> {
    for await (const answer of this.#http1.ask([asked])) return { answer, version: this.#count(kind, asked, answer) }
    throw new SoakFailure('There was no answer.')
  }

  #count(kind: string, asked: Asked, answer: Answered): Version | undefined {
    this.#tally.requests++
    const { verdict, version } = verify(asked, answer)
    this.#tally.ends[`${kind} (${asked.file.place}): ${answer.status}, ${verdict}`] =
      (this.#tally.ends[`${kind} (${asked.file.place}): ${answer.status}, ${verdict}`] ?? 0) + 1
    if (verdict === 'verified') {
      this.#tally.verified++
      this.#tally.bytes += answer.body.length
    }
    const tagged = asked.ifRange === undefined ? undefined : asked.file.history.versionOf(asked.ifRange)
    if (answer.status === 206 && tagged !== undefined && version !== undefined && !same(tagged, version)) {
      throw fail(asked, answer, `If-Range stands for ${JSON.stringify(tagged)}.`)
    }
    return version
  }

  #end(kind: string, end: string | number): void {
    this.#tally.requests++
    this.#tally.ends[`${kind}: ${end}`] = (this.#tally.ends[`${kind}: ${end}`] ?? 0) + 1
  }

  #fail(kind: string, error: unknown): void {
    const { failures } = this.#tally
    // The first ones tell enough.
    if (failures.length < 50)
      failures.push(`${kind}: ${error instanceof SoakFailure ? error.message : describe(error)}`)
  }
}

type Act = (this: SoakClient) => Promise<void>

const SHARES: Readonly<Record<string, readonly [share: number, act: Act]>> = {
  whole: [5, SoakClient.prototype.whole],
  range: [4, SoakClient.prototype.range],
  multipart: [3, SoakClient.prototype.multipart],
  head: [1, SoakClient.prototype.head],
  conditional: [3, SoakClient.prototype.conditional],
  slow: [2, SoakClient.prototype.slow],
  pipelined: [2, SoakClient.prototype.pipelined],
  abort: [4, SoakClient.prototype.abort],
  resume: [4, SoakClient.prototype.resume],
  'nothing there': [1, SoakClient.prototype.nothingThere],
  'hostile target': [1, SoakClient.prototype.hostileTarget],
  'hostile field': [1, SoakClient.prototype.hostileField],
  made: [2, SoakClient.prototype.made],
  streams: [4, SoakClient.prototype.streams],
}

const ACTS = Object.entries(SHARES).flatMap(([name, [share, act]]) =>
  Array.from({ length: share }, () => [name, act] as const),
)

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
