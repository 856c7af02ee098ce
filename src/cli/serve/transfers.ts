import type { IncomingMessage, ServerResponse } from 'node:http'
import { StorageFile } from '../../files/storage.js'
import type { ByteRange } from '../../headers/range.js'
import type { Storage } from '../../storages/storage.js'
import { onReplyEnd } from './reply-end.js'

/** Who is told of downloads. */
export interface TransferObserver {
  /** The first bytes of a file are about to be read. */
  begin(transfer: Transfer): void
  /** All of it is sent, or its client has gone. */
  end(transfer: Transfer): void
}

/** A download whose bytes are read: how far it is. */
export interface Transfer {
  /** The key of the file. */
  readonly name: string
  /** The address of the client. */
  readonly client: string
  /** The status of the reply. */
  readonly status: number
  /** Bytes that were read for this client so far. */
  readonly bytes: number
  /** Bytes of the whole reply; `undefined` until its headers are sent. */
  readonly total: number | undefined
  /** Tells whether the client was sent all of it. */
  readonly isWhole: boolean
  /** Seconds since it began. */
  readonly seconds: number
}

/** Finds the downloads among the requests, and tells an observer of them. */
export class Transfers {
  readonly #observer: TransferObserver
  readonly #responses = new WeakMap<object, ServerResponse>()

  constructor(observer: TransferObserver) {
    this.#observer = observer
  }

  /** A request came in; a download may come of it. */
  expect(request: IncomingMessage, response: ServerResponse): void {
    this.#responses.set(request, response)
  }

  /** A file for this request whose bytes are counted. */
  counted(storage: Storage, key: string, request: unknown): StorageFile {
    const response = this.#responses.get(request as object)
    return response === undefined
      ? new StorageFile(storage, key)
      : new CountedFile(storage, key, () => this.#begin(key, response))
  }

  #begin(key: string, response: ServerResponse): CountedTransfer {
    const transfer = new CountedTransfer(key, response)
    this.#observer.begin(transfer)
    onReplyEnd(response, () => this.#observer.end(transfer))
    return transfer
  }
}

class CountedFile extends StorageFile {
  readonly #begin: () => CountedTransfer
  #transfer: CountedTransfer | undefined

  constructor(storage: Storage, key: string, begin: () => CountedTransfer) {
    super(storage, key)
    this.#begin = begin
  }

  /** Called for each of several ranges: they are one download. */
  override async *open(range?: ByteRange, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    this.#transfer ??= this.#begin()
    for await (const piece of super.open(range, signal)) {
      this.#transfer.bytes += piece.length
      yield piece
    }
  }
}

class CountedTransfer implements Transfer {
  readonly name: string
  readonly client: string
  bytes = 0
  readonly #response: ServerResponse
  readonly #begun = performance.now()

  constructor(name: string, response: ServerResponse) {
    this.name = name
    this.client = (response.req.socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '')
    this.#response = response
  }

  get status(): number {
    return this.#response.statusCode
  }

  get total(): number | undefined {
    const length = this.#response.getHeader('Content-Length')
    return length === undefined ? undefined : Number(length)
  }

  get isWhole(): boolean {
    return this.#response.writableFinished
  }

  get seconds(): number {
    return (performance.now() - this.#begun) / 1000
  }
}
