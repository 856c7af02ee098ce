import { type Ending, RawConnection, type RawHead } from '../http/raw.js'
import { inTime } from './in-time.js'
import type { Answered } from './verify.js'

/** How a body is read. */
export interface Reading {
  /** Bytes at a time, with a pause after each; left out, as fast as they come. */
  readonly slow?: { readonly bytes: number; readonly milliseconds: number }
}

/** A connection to the server of the soak, where nothing is waited for for ever: what hangs fails, with its request. */
export class SoakConnection {
  readonly #raw: RawConnection
  /** Which one it is. */
  readonly #name: string
  #requests = 0
  #last = 'nothing yet'

  static async open(origin: string): Promise<SoakConnection> {
    const name = `connection ${++opened} to ${origin}`
    return new SoakConnection(await inTime(() => `${name} opens`, RawConnection.open(origin)), name)
  }

  private constructor(raw: RawConnection, name: string) {
    this.#raw = raw
    this.#name = name
  }

  get ending(): Ending {
    return this.#raw.ending
  }

  /** Sends one request, several or a part of one. */
  send(request: Buffer): void {
    this.#requests++
    this.#last = request.toString('latin1', 0, LONGEST_TOLD)
    this.#raw.send(request)
  }

  finish(): void {
    this.#raw.finish()
  }

  leave(how: 'destroy' | 'reset'): void {
    this.#raw[how]()
  }

  head(method?: string): Promise<RawHead> {
    return this.#inTime('the head of its answer', this.#raw.head(method))
  }

  take(length: number): Promise<Buffer> {
    return this.#inTime(`${length} bytes`, this.#raw.take(length))
  }

  /** Waits until the server ends it. */
  ended(): Promise<Ending> {
    return this.#inTime('its end', this.#raw.ended())
  }

  /** Reads one answer as a whole. */
  answer(method: string, reading: Reading = {}): Promise<Answered> {
    return this.#inTime('a whole answer', readAnswer(this.#raw, method, reading))
  }

  #inTime<T>(what: string, work: Promise<T>): Promise<T> {
    const told = () =>
      `${what} on ${this.#name}, where ${JSON.stringify(this.#last)} was sent as number ${this.#requests}`
    return inTime(told, work, () => this.#raw.reset())
  }
}

let opened = 0

/** Bytes of a request that are told when it fails. */
const LONGEST_TOLD = 300

async function readAnswer(connection: RawConnection, method: string, { slow }: Reading): Promise<Answered> {
  const head = await connection.head(method)
  const headAt = performance.now()
  const { body, isComplete } = await readBody(connection, head, slow)
  return { status: head.status, get: head.get, body, isComplete, headAt, endAt: performance.now() }
}

async function readBody(
  connection: RawConnection,
  { framing, get }: RawHead,
  slow: Reading['slow'],
): Promise<Pick<Answered, 'body' | 'isComplete'>> {
  switch (framing) {
    case 'none':
      return { body: Buffer.alloc(0), isComplete: true }
    case 'chunked':
      return readChunks(connection)
    case 'close':
      // Node itself answers so, to what is no HTTP.
      return { body: await connection.take(Number.POSITIVE_INFINITY), isComplete: false }
    case 'length':
      return readLength(connection, Number(get('Content-Length')), slow)
  }
}

async function readChunks(connection: RawConnection): Promise<Pick<Answered, 'body' | 'isComplete'>> {
  const pieces: Buffer[] = []
  for (;;) {
    const chunk = await connection.chunk()
    if (chunk === undefined || chunk.length === 0) {
      return { body: Buffer.concat(pieces), isComplete: chunk !== undefined }
    }
    pieces.push(chunk)
  }
}

async function readLength(
  connection: RawConnection,
  length: number,
  slow: Reading['slow'],
): Promise<Pick<Answered, 'body' | 'isComplete'>> {
  const pieces: Buffer[] = []
  for (let left = length; left > 0; ) {
    const wanted = Math.min(left, slow?.bytes ?? left)
    const piece = await connection.take(wanted)
    pieces.push(piece)
    left -= piece.length
    if (piece.length < wanted) break
    if (slow !== undefined) await new Promise((resolve) => setTimeout(resolve, slow.milliseconds))
  }
  const body = Buffer.concat(pieces)
  return { body, isComplete: body.length === length }
}
