import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { resetSocket } from '../support/reset.js'

/** A reply of HTTP/1.x exactly as it came over the socket. */
export interface RawReply {
  readonly version: string
  readonly status: number
  /** The header lines in their order, names as they were written. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  /** What tells the client where the body ends. */
  readonly framing: 'none' | 'length' | 'chunked' | 'close'
  /** Whether the body came to the end that its framing promises; a body that ends with its connection always does. */
  readonly isComplete: boolean
  /** The statuses of the 1xx replies before this one. */
  readonly interim: readonly number[]
  /** The value of a header, several lines joined by a comma; `undefined` without one. */
  get(name: string): string | undefined
}

/** Status line and headers of a reply whose body has not been read yet. */
export type RawHead = Pick<RawReply, 'version' | 'status' | 'fields' | 'framing' | 'interim' | 'get'>

/** What became of a connection: still open, closed in order, or cut. */
export type Ending = 'open' | 'closed' | 'reset'

/** Sends one request over a connection of its own and gives the reply. */
export async function rawRequest(origin: string, request: RawRequest): Promise<RawReply> {
  const connection = await RawConnection.open(origin)
  try {
    connection.send(writeRequest(request))
    return await connection.reply(request.method)
  } finally {
    connection.destroy()
  }
}

/** A request, of which every byte is the test's own. */
export interface RawRequest {
  readonly method?: string | undefined
  /** The request target, sent as it is. */
  readonly target: string
  /** Header lines; a `Host` is added. */
  readonly headers?: RequestFields | undefined
  readonly version?: '1.0' | '1.1' | undefined
  readonly body?: string | undefined
}

/** Header fields of a request: a name may come more than once. */
export type RequestFields = Readonly<Record<string, string>> | readonly (readonly [name: string, value: string])[]

/** Writes a request as it goes over the wire. */
export function writeRequest({ method = 'GET', target, headers = {}, version = '1.1', body = '' }: RawRequest): Buffer {
  const fields = Array.isArray(headers) ? headers : Object.entries(headers)
  const length = body === '' ? [] : [['Content-Length', String(Buffer.byteLength(body))]]
  const lines = [['Host', 'localhost'], ...length, ...fields].map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${target} HTTP/${version}\r\n${lines.join('')}\r\n${body}`, 'latin1')
}

/** The connection ended where a reply was to begin. */
export class UnansweredError extends Error {}

/** One connection to a server. It reads nothing by itself, so a test that does not ask is a client that does not read. */
export class RawConnection {
  ending: Ending = 'open'
  readonly #socket: Socket
  #pieces: Buffer[] = []
  #size = 0
  #wake: (() => void) | undefined

  static async open(origin: string): Promise<RawConnection> {
    const socket = socketTo(new URL(origin))
    const connection = new RawConnection(socket)
    const ready = origin.startsWith('https:') ? 'secureConnect' : 'connect'
    await new Promise<void>((resolve, reject) => socket.once(ready, resolve).once('error', reject))
    return connection
  }

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    const wake = () => this.#wake?.()
    const end = (ending: Ending) => {
      if (this.ending === 'open') this.ending = ending
      wake()
    }
    socket.on('readable', wake)
    socket.on('end', () => end('closed')).on('close', () => end('closed'))
    socket.on('error', () => end('reset'))
  }

  send(data: string | Uint8Array): void {
    this.#socket.write(data)
  }

  /** Says that nothing more will be sent. */
  finish(): void {
    this.#socket.end()
  }

  /** Leaves without a word. */
  destroy(): void {
    this.#socket.destroy()
  }

  /** Leaves by a reset, as a client does that was killed. */
  reset(): void {
    resetSocket(this.#socket)
  }

  /** Reads the next reply, body and all. A `HEAD` has to be named: nothing in its reply tells that no body follows. */
  async reply(method = 'GET'): Promise<RawReply> {
    const head = await this.head(method)
    const { body, isComplete } = await this.#body(head)
    return { ...head, body, isComplete }
  }

  /** Reads the next status line and headers. */
  async head(method = 'GET'): Promise<RawHead> {
    const interim: number[] = []
    for (;;) {
      const text = await this.#until('\r\n\r\n')
      if (text === undefined) throw new UnansweredError(`The connection was ${this.ending} before a reply.`)
      const head = parseHead(text, method, interim)
      if (head.status >= 200) return head
      interim.push(head.status)
    }
  }

  /** Reads exactly so many bytes, or fewer when the connection ends. */
  async take(length: number): Promise<Buffer> {
    while (this.#size < length && (await this.#more()));
    return this.#shift(length)
  }

  /** Reads whatever comes next; empty when the connection ended. */
  async some(): Promise<Buffer> {
    if (this.#size === 0) await this.#more()
    return this.#shift(this.#size)
  }

  /** Reads the bytes of the next chunk; empty for the last one, `undefined` when the connection ended before it. */
  async chunk(): Promise<Buffer | undefined> {
    const size = Number.parseInt((await this.#until('\r\n')) ?? '', 16)
    if (Number.isNaN(size)) return undefined
    const withEnd = await this.take(size + 2)
    return withEnd.length === size + 2 ? withEnd.subarray(0, size) : undefined
  }

  /** Waits until the server ends the connection and tells how; bytes that come before are dropped. */
  async ended(): Promise<Ending> {
    do this.#shift(this.#size)
    while (await this.#more())
    return this.ending
  }

  async #body({ framing, get }: RawHead): Promise<{ body: Buffer; isComplete: boolean }> {
    if (framing === 'none') return { body: Buffer.alloc(0), isComplete: true }
    if (framing === 'chunked') return this.#chunks()
    const length = framing === 'length' ? Number(get('Content-Length')) : Number.POSITIVE_INFINITY
    const body = await this.take(length)
    return { body, isComplete: framing === 'close' ? this.ending === 'closed' : body.length === length }
  }

  async #chunks(): Promise<{ body: Buffer; isComplete: boolean }> {
    const chunks: Buffer[] = []
    for (let chunk = await this.chunk(); chunk !== undefined; chunk = await this.chunk()) {
      if (chunk.length === 0) return { body: Buffer.concat(chunks), isComplete: true }
      chunks.push(chunk)
    }
    return { body: Buffer.concat(chunks), isComplete: false }
  }

  async #until(mark: string): Promise<string | undefined> {
    for (;;) {
      const end = this.#gather().indexOf(mark)
      if (end !== -1) return this.#shift(end + mark.length).toString('latin1')
      if (!(await this.#more())) return undefined
    }
  }

  #gather(): Buffer {
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces)]
    return this.#pieces[0] ?? Buffer.alloc(0)
  }

  #shift(length: number): Buffer {
    const all = this.#gather()
    const taken = all.subarray(0, length)
    this.#pieces = length < all.length ? [all.subarray(length)] : []
    this.#size -= taken.length
    return taken
  }

  /** Waits for more bytes; `false` when none will come. */
  async #more(): Promise<boolean> {
    for (;;) {
      const piece: Buffer | null = this.#socket.read()
      if (piece !== null) {
        this.#pieces.push(piece)
        this.#size += piece.length
        return true
      }
      if (this.ending !== 'open') return false
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

/** Who signed a certificate is no matter to these tests. */
function socketTo({ protocol, hostname: host, port, pathname: path }: URL): Socket {
  if (protocol === 'unix:') return connect({ path })
  const address = { host, port: Number(port) }
  return protocol === 'https:' ? connectTls({ ...address, rejectUnauthorized: false }) : connect(address)
}

function parseHead(text: string, method: string, interim: readonly number[]): RawHead {
  const [statusLine = '', ...lines] = text.trimEnd().split('\r\n')
  const match = /^HTTP\/(\d\.\d) (\d{3}) /.exec(statusLine)
  if (match === null) throw new Error(`Not a status line: ${JSON.stringify(statusLine)}`)
  const [, version = '', code] = match
  const status = Number(code)
  const fields = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
  })
  const get = (name: string) => fieldValue(fields, name)
  return { version, status, fields, framing: framingOf(method, status, get), interim, get }
}

/** The value of a header among fields, several joined by a comma. */
export function fieldValue(fields: RawReply['fields'], name: string): string | undefined {
  const values = fields.filter(([each]) => each.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
  return values.length === 0 ? undefined : values.join(', ')
}

/** RFC 9112, 6.3 */
function framingOf(method: string, status: number, get: RawReply['get']): RawReply['framing'] {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return 'none'
  if (get('Transfer-Encoding')?.toLowerCase().endsWith('chunked')) return 'chunked'
  return get('Content-Length') === undefined ? 'close' : 'length'
}
