import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DownloadEvent, Explanation } from 'downloadview'
import type { Request, RequestHandler } from 'express'
import type { UserId } from '../session/users.js'

/** What happened to one request for a document, as it happened. */
export interface DownloadRecord {
  readonly document: string
  readonly time: Date
  readonly user: UserId | undefined
  /** The name that an attempt of ours gave itself. */
  readonly attempt: string | undefined
  /** As the client spelled it. */
  readonly request: { readonly method: string; readonly url: string; readonly headers: Fields }
  /** What the application answered: to its client, or to the server in front. Left out until the reply was sent. */
  reply?: { readonly status: number; readonly headers: Fields }
  /** What became of each rule; left out where none was asked, since nobody is in front or the view refused. */
  explanation?: Explanation
  /** The last event of the download. */
  event?: DownloadEvent
}

export type Fields = readonly (readonly [name: string, value: string])[]

/** The header by which an attempt of ours is found in the log. */
export const ATTEMPT = 'x-demo-attempt'

export interface DownloadLogOptions {
  readonly userOf: (request: IncomingMessage) => UserId | undefined
  /** Folder that no page names: replies to a server in front, and reasons, have paths. */
  readonly folder: string
}

/**
 * Remembers the latest downloads of each document, in memory.
 *
 * Three tell it: {@link follow} has the request and the reply as Express has them, {@link hear} the events of the
 * library, and {@link explain} what the middleware decided. That they mean the same request, it knows by the asynchronous
 * context in which they are called.
 */
export class DownloadLog {
  readonly #current = new AsyncLocalStorage<DownloadRecord>()
  readonly #begun = new Map<string, DownloadRecord>()
  readonly #records = new Map<string, DownloadRecord[]>()
  readonly #options: DownloadLogOptions

  constructor(options: DownloadLogOptions) {
    this.#options = options
  }

  /** Begins a record of the document that a request means, if it means one. Goes in front of the handler of a view. */
  follow<P>(documentOf: (params: P) => string | undefined | Promise<string | undefined>): RequestHandler<P> {
    return async (request, response, next) => {
      const document = await documentOf(request.params)
      if (document === undefined) return next()
      const record = this.#begin(request as Request, document)
      response.once('close', () => {
        if (response.headersSent) record.reply = this.#replyOf(response)
      })
      this.#current.run(record, next)
    }
  }

  /** Hears of a download: `onDownload` of an adapter. */
  readonly hear = (event: DownloadEvent): void => {
    // The end of a download that breaks off is told by its socket, which knows of no request.
    const record = this.#current.getStore() ?? this.#begun.get(event.id)
    if (record === undefined) return
    record.event = event
    if (event.stage === 'started') this.#begun.set(event.id, record)
    else this.#begun.delete(event.id)
  }

  /** Hears which rule handed a download over, or why none did: `explain` of a configuration. */
  readonly explain = (explanation: Explanation): void => {
    const record = this.#current.getStore()
    if (record === undefined) return
    const rules = explanation.rules.map((rule) => ({ ...rule, reason: this.#withoutFolder(rule.reason) }))
    record.explanation = { ...explanation, rules }
  }

  /** The latest downloads of a document, the newest first. */
  of(document: string): readonly DownloadRecord[] {
    return this.#records.get(document) ?? []
  }

  #begin(request: Request, document: string): DownloadRecord {
    const record: DownloadRecord = {
      document,
      time: new Date(),
      user: this.#options.userOf(request),
      attempt: request.get(ATTEMPT),
      request: { method: request.method, url: withoutQuery(request.originalUrl), headers: tellingHeaders(request) },
    }
    const others = this.of(document).slice(0, RECORDS - 1)
    // Put at the end again: the first one is then the one that was asked for the longest time ago.
    this.#records.delete(document)
    this.#records.set(document, [record, ...others])
    const [oldest] = this.#records.keys()
    if (this.#records.size > DOCUMENTS && oldest !== undefined) this.#records.delete(oldest)
    return record
  }

  #replyOf(response: ServerResponse): NonNullable<DownloadRecord['reply']> {
    const headers = Object.entries(response.getHeaders()).map(
      ([name, value]) => [canonical(name), this.#withoutFolder(String(value))] as const,
    )
    return { status: response.statusCode, headers }
  }

  #withoutFolder(text: string): string {
    const { folder } = this.#options
    return text.replaceAll(folder, '…').replaceAll(encodeURI(folder), '…')
  }
}

/** Of each document. */
const RECORDS = 8
/** Addresses that name no document count as well, so there has to be an end. */
const DOCUMENTS = 500

/** The signature of a shared link is in there, and whoever reads it could use it. */
function withoutQuery(url: string): string {
  return url.replace(/\?.*/s, '?…')
}

/** What a reply depends on. Not the cookie, which would make whoever reads it somebody else. */
const TELLING = ['Range', 'If-Range', 'If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since']

function tellingHeaders(request: Request): Fields {
  return TELLING.flatMap((name) => {
    const value = request.get(name)
    return value === undefined ? [] : [[name, value] as const]
  })
}

/** Writes the name of a header as it is usually written. */
function canonical(name: string): string {
  return name === 'etag' ? 'ETag' : name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())
}
