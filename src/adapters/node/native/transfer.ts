import { read } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { getSystemErrorName } from 'node:util'
import { FileChangedError, StorageError } from '../../../errors.js'
import type { ByteRange } from '../../../headers/range.js'
import type { Addon, Watcher } from './addon.js'
import type { PlainSocket } from './plain-socket.js'

/**
 * What became of a range: how many bytes of it the system took, or that the client has gone; its socket is destroyed then.
 *
 * Fewer bytes than the range has mean that the rest is to be sent by JavaScript, from there on: this file cannot be sent
 * in this way, or the process may not open anything more.
 */
export type NativeOutcome = number | 'gone'

/** What a {@link Transfer} works with. */
export interface TransferParts {
  readonly addon: Addon
  readonly response: ServerResponse
  readonly socket: PlainSocket
  /** Descriptor of the file. */
  readonly file: number
  readonly range: ByteRange
}

/** One range of a file on its way into a socket. */
export class Transfer {
  readonly #addon: Addon
  readonly #response: ServerResponse
  readonly #socket: PlainSocket
  readonly #file: number
  readonly #start: number
  /** The first byte that does not belong to it. */
  readonly #end: number
  #position: number
  /** What is sent next was read into memory a moment ago. */
  #isFresh = false
  #isReading = false
  #watcher: Watcher | undefined
  #settle: ((outcome: NativeOutcome | Promise<never>) => void) | undefined

  constructor({ addon, response, socket, file, range: { start, end } }: TransferParts) {
    this.#addon = addon
    this.#response = response
    this.#socket = socket
    this.#file = file
    this.#start = start
    this.#end = end + 1
    this.#position = start
  }

  /** Sends what the socket takes at once, and waits for the rest only if there is one. */
  run(): NativeOutcome | Promise<NativeOutcome> {
    return (this.#isWarm() ? this.#advance() : undefined) ?? this.#wait()
  }

  /** Tells whether what is sent next is in memory: the event loop must not wait for a disk. */
  #isWarm(): boolean {
    return this.#isFresh || this.#addon.isCached(this.#file, this.#position, this.#nextLength())
  }

  #nextLength(): number {
    return Math.min(TURN, this.#end - this.#position)
  }

  /** Sends once; gives the outcome when that was all. */
  #advance(): NativeOutcome | undefined {
    const socket = this.#descriptor()
    if (socket === undefined) return 'gone'
    const sent = this.#addon.sendFile(socket, this.#file, this.#position, this.#nextLength())
    this.#isFresh = false
    if (sent < 0) return this.#outcomeOf(sent)
    if (sent === 0) throw new FileChangedError('The file became shorter while it was being sent.')
    this.#position += sent
    keepAwake(this.#socket)
    return this.#position < this.#end ? undefined : this.#sent()
  }

  /** Looked up each time: the number of a closed socket may be somebody else's by now. */
  #descriptor(): number | undefined {
    const descriptor = this.#socket.destroyed ? -1 : (this.#socket._handle?.fd ?? -1)
    return descriptor < 0 ? undefined : descriptor
  }

  #sent(): number {
    return this.#position - this.#start
  }

  #outcomeOf(error: number): NativeOutcome | undefined {
    const code = getSystemErrorName(error)
    if (code === 'EAGAIN') return undefined
    if (UNABLE.has(code)) return this.#sent()
    if (!GONE.has(code)) throw unreadable(Object.assign(new Error(`sendfile: ${code}`), { code }))
    // Nobody else may notice: Node stops reading from a client that sends more requests than it takes replies.
    this.#socket.destroy()
    return 'gone'
  }

  #wait(): Promise<NativeOutcome> {
    return new Promise((resolve) => {
      this.#settle = resolve
      this.#response.once('close', this.#onClose)
      this.#step(() => this.#listen())
    })
  }

  readonly #onClose = () => {
    // Somebody may have ended the response: the next one must not begin within this body.
    this.#socket.destroy()
    // Whoever hears the outcome closes the file: not while a thread reads from it.
    if (!this.#isReading) this.#finish('gone')
  }

  readonly #onWritable = () => {
    this.#step(() => (this.#isWarm() ? this.#advance() : this.#warmUp()))
  }

  #listen(): NativeOutcome | undefined {
    const socket = this.#descriptor()
    if (socket === undefined) return 'gone'
    if (this.#watcher !== undefined) {
      this.#addon.resume(this.#watcher)
      return undefined
    }
    const watcher = this.#addon.watch(socket, this.#onWritable)
    if (typeof watcher === 'number') return this.#sent()
    this.#watcher = watcher
    return undefined
  }

  /** Lets another thread read what comes next, only so that it is in memory afterwards. */
  #warmUp(): undefined {
    if (this.#watcher !== undefined) this.#addon.pause(this.#watcher)
    this.#isReading = true
    read(this.#file, scratch(), 0, this.#nextLength(), this.#position, (error) => {
      this.#isReading = false
      this.#isFresh = true
      this.#step(() => {
        if (error !== null) throw unreadable(error)
        return this.#listen()
      })
    })
  }

  #step(work: () => NativeOutcome | undefined): void {
    try {
      const outcome = work()
      if (outcome !== undefined) this.#finish(outcome)
    } catch (error) {
      this.#finish(Promise.reject(error))
    }
  }

  #finish(outcome: NativeOutcome | Promise<never>): void {
    this.#response.off('close', this.#onClose)
    if (this.#watcher !== undefined) this.#addon.close(this.#watcher)
    this.#settle?.(outcome)
  }
}

/**
 * The most bytes that go to one client in one turn of the event loop, and that are looked for in memory ahead of it: so
 * much takes about half a millisecond.
 */
const TURN = 2 * 1024 * 1024

/** The file system, or this kind of socket, does not know `sendfile(2)`. */
const UNABLE = new Set(['EINVAL', 'ENOSYS', 'EOPNOTSUPP'])

/** What a connection dies of. All others are about the file. */
const GONE = new Set([
  'EPIPE',
  'ECONNRESET',
  'ECONNABORTED',
  'ENOTCONN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENETRESET',
])

/** Bytes that go out past Node are none that the socket's timeout knows of. */
function keepAwake(socket: PlainSocket): void {
  if (socket.timeout !== undefined && socket.timeout > 0) socket.setTimeout(socket.timeout)
}

function unreadable(cause: Error): StorageError {
  return new StorageError('The file could not be read.', { cause })
}

/** All transfers read into the same bytes at once, since nobody ever looks at them. */
function scratch(): Buffer {
  scratchBytes ??= Buffer.allocUnsafeSlow(TURN)
  return scratchBytes
}

let scratchBytes: Buffer | undefined
