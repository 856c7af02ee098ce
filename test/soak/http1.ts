import { UnansweredError, writeRequest } from '../http/raw.js'
import { type Reading, SoakConnection } from './connection.js'
import type { Random } from './random.js'
import { type Answered, type Asked, type AskedRange, mayBreakOff } from './verify.js'

/** A client that keeps its connection for some requests. */
export class Http1Client {
  readonly #origin: string
  readonly #random: Random
  #connection: SoakConnection | undefined

  constructor(origin: string, random: Random) {
    this.#origin = origin
    this.#random = random
  }

  /** Sends some requests at once, and reads one answer after the other. */
  async *ask(requests: readonly Asked[], reading: Reading = {}): AsyncGenerator<Answered, void> {
    const connection = await this.connect()
    connection.send(Buffer.concat(requests.map((asked) => writeAsked(asked))))
    for (const [index, asked] of requests.entries()) {
      const answer = await connection.answer(asked.method, reading).catch((error: unknown) => {
        // One that breaks off while it waits for its turn takes the connection with it. Even its head may be lost, also that
        // of the first: it has not left yet when a change is seen at once.
        const mayBeLost = index > 0 || mayBreakOff(asked, performance.now())
        if (mayBeLost && error instanceof UnansweredError) return undefined
        throw error
      })
      if (answer === undefined) return this.leave()
      yield answer
      if (!answer.isComplete) return this.leave()
    }
    if (this.#random.chance(0.1)) this.leave()
  }

  /** The connection that there is, or a new one. */
  async connect(): Promise<SoakConnection> {
    if (this.#connection?.ending === 'open') return this.#connection
    // One that the server has ended, with bytes that nobody read, would stay open for ever.
    this.leave()
    this.#connection = await SoakConnection.open(this.#origin)
    return this.#connection
  }

  /** The next request has a connection of its own. */
  leave(how: 'destroy' | 'reset' = 'destroy'): void {
    this.#connection?.leave(how)
    this.#connection = undefined
  }
}

/** Writes a request as it goes over the wire. */
export function writeAsked(asked: Asked): Buffer {
  return writeRequest({ method: asked.method, target: targetOf(asked), headers: fieldsOf(asked) })
}

export function targetOf({ prefix, file }: Asked): string {
  return prefix + file.key.split('/').map(encodeURIComponent).join('/')
}

export function fieldsOf({ ranges, ifMatch, ifNoneMatch, ifRange }: Asked): Record<string, string> {
  const fields = {
    Range: ranges && `bytes=${ranges.map(writeRange).join(', ')}`,
    'If-Match': ifMatch,
    'If-None-Match': ifNoneMatch,
    'If-Range': ifRange,
  }
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function writeRange({ start, end }: AskedRange): string {
  return `${start ?? ''}-${end ?? ''}`
}
