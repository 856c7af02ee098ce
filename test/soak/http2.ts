import { type ClientHttp2Session, connect } from 'node:http2'
import { fieldsOf, targetOf } from './http1.js'
import { inTime, SoakFailure } from './in-time.js'
import type { Random } from './random.js'
import type { Answered, Asked } from './verify.js'

/** A client of HTTP/2 that keeps its session for some requests. */
export class Http2Client {
  readonly #origin: string
  readonly #random: Random
  #session: ClientHttp2Session | undefined

  constructor(origin: string, random: Random) {
    this.#origin = origin
    this.#random = random
  }

  /** Sends a request; `leaveAfter` resets its stream once so many bytes came, and gives no answer. */
  ask(asked: Asked, leaveAfter?: number): Promise<Answered | undefined> {
    const session = this.#open()
    const stream = session.request({
      ':method': asked.method,
      ':path': targetOf(asked),
      ...Object.fromEntries(Object.entries(fieldsOf(asked)).map(([name, value]) => [name.toLowerCase(), value])),
    })
    const answered = new Promise<Answered | undefined>((resolve, reject) => {
      let head: { status: number; get: (name: string) => string | undefined } | undefined
      let headAt = 0
      let received = 0
      let isEnded = false
      const pieces: Buffer[] = []
      stream.on('response', (headers) => {
        headAt = performance.now()
        head = {
          status: Number(headers[':status']),
          get: (name) => {
            const value = headers[name.toLowerCase()]
            return value === undefined ? undefined : String(value)
          },
        }
        if (leaveAfter === 0) stream.close(CANCEL)
      })
      stream.on('data', (piece: Buffer) => {
        pieces.push(piece)
        received += piece.length
        if (leaveAfter !== undefined && received >= leaveAfter) stream.close(CANCEL)
      })
      stream.on('end', () => {
        isEnded = true
      })
      // `close` follows, and tells all there is to know.
      stream.on('error', () => undefined)
      stream.once('close', () => {
        if (leaveAfter !== undefined) return resolve(undefined)
        if (head === undefined)
          return reject(new SoakFailure(`A stream ended without an answer, code ${stream.rstCode}.`))
        const body = Buffer.concat(pieces)
        const length = head.get('Content-Length')
        const isWhole =
          asked.method === 'HEAD' || length === undefined || head.status === 304 || Number(length) === body.length
        resolve({
          ...head,
          body,
          isComplete: isEnded && stream.rstCode === 0 && isWhole,
          headAt,
          endAt: performance.now(),
        })
      })
    })
    stream.end()
    const told = () =>
      `${asked.method} ${targetOf(asked)} ${JSON.stringify(fieldsOf(asked))} on stream ${stream.id} of ${this.#origin}`
    return inTime(told, answered, () => stream.destroy())
  }

  /** The next requests have a session of their own; what was asked for is answered first. */
  async leave(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    if (session === undefined || session.destroyed) return
    // One that the server has closed does not call back.
    const closed = new Promise<void>((resolve) => session.once('close', resolve))
    session.close()
    const told = () => `a session of ${this.#origin} ends, ${JSON.stringify(session.state)}`
    await inTime(told, closed, () => session.destroy())
  }

  /** As a client that was killed. */
  abort(): void {
    this.#session?.destroy()
    this.#session = undefined
  }

  #open(): ClientHttp2Session {
    if (this.#session === undefined || this.#session.destroyed || this.#session.closed) {
      this.#session = connect(this.#origin, {
        settings: { initialWindowSize: this.#random.pick([65_535, 1024 * 1024]) },
      })
      this.#session.on('error', () => undefined)
    }
    return this.#session
  }
}

const CANCEL = 8
