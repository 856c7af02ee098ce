import type { ServerResponse } from 'node:http'
import { type ByteRange, rangeLength } from '../../../headers/range.js'
import type { Addon } from './addon.js'
import { nativeAddon } from './load.js'
import { type PlainSocket, plainSocketOf } from './plain-socket.js'
import { type NativeOutcome, Transfer } from './transfer.js'

/**
 * Sends bytes of files by `sendfile(2)`, from the page cache into the socket, past JavaScript.
 *
 * Only for responses whose bytes go as they are to a plain connection: without TLS, chunks, or anything that wraps the
 * writes of the response or of its socket.
 */
export class NativeSender {
  readonly #addon: Addon
  readonly #response: ServerResponse
  readonly #socket: PlainSocket
  #isHeadSent = false

  /**
   * Gives the sender of a response whose head was written (`writeHead`) and none of its body. Gives `undefined` where
   * the response has to be sent by JavaScript; nothing was changed then.
   */
  static for(response: ServerResponse): NativeSender | undefined {
    const addon = nativeAddon()
    const socket = addon && plainSocketOf(response)
    return socket && new NativeSender(addon, response, socket)
  }

  private constructor(addon: Addon, response: ServerResponse, socket: PlainSocket) {
    this.#addon = addon
    this.#response = response
    this.#socket = socket
  }

  /**
   * Sends a range of a file; before the first one the head. Ranges are sent one after the other, and may be of several
   * files; what the caller writes to the response in between goes out in its place. The caller ends the response after
   * the last one, and keeps the descriptor open until the outcome is there.
   *
   * The first bytes go at once, and so most often does the rest; then no promise is made.
   *
   * @throws {FileChangedError} the file ended before the range
   * @throws {StorageError} the file could not be read
   */
  send(descriptor: number, range: ByteRange): NativeOutcome | Promise<NativeOutcome> {
    if (this.#isHeadSent) return this.#sendInTurn(descriptor, range)
    this.#isHeadSent = true
    this.#cork(true)
    this.#response.flushHeaders()
    try {
      return this.#sendInTurn(descriptor, range)
    } finally {
      // From now on packets leave as they are full; only the head had to wait for company.
      this.#cork(false)
    }
  }

  /** The bytes of a file must not overtake what was written before and is still on its way. */
  #sendInTurn(descriptor: number, range: ByteRange): NativeOutcome | Promise<NativeOutcome> {
    if (this.#socket.writableLength === 0) return this.#transfer(descriptor, range)
    return drained(this.#response, this.#socket).then(() => this.#transfer(descriptor, range))
  }

  #transfer(descriptor: number, range: ByteRange): NativeOutcome | Promise<NativeOutcome> {
    if (rangeLength(range) <= 0) return this.#socket.destroyed ? 'gone' : 0
    return new Transfer({
      addon: this.#addon,
      response: this.#response,
      socket: this.#socket,
      file: descriptor,
      range,
    }).run()
  }

  #cork(isCorked: boolean): void {
    const descriptor = this.#socket._handle?.fd ?? -1
    if (descriptor >= 0) this.#addon.cork(descriptor, isCorked)
  }
}

/** Waits until all that was written is with the system, or the client has gone. */
function drained(response: ServerResponse, socket: PlainSocket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('close', done)
      resolve()
    }
    response.once('close', done)
    // Called after those that were written before it.
    socket.write('', done)
  })
}
