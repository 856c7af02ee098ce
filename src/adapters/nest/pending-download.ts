import { Readable } from 'node:stream'
import { type HttpServer, StreamableFile } from '@nestjs/common'
import { letGo } from '../../files/let-go.js'
import { EmptyResponse } from '../../responses/empty.js'
import { ResponseTarget } from '../node/response-target.js'
import { type Downloadable, heldFile } from './downloadable.js'
import { nodeResponse, type PlatformResponse } from './serve.js'

/**
 * A download on its way through the interceptors of the application, which leave it alone as they do with every
 * `StreamableFile`. Nothing is looked for before the last of them has let it pass.
 */
export class PendingDownload extends StreamableFile {
  readonly #what: Downloadable
  readonly #serve: (what: Downloadable) => Promise<void>
  readonly #leave: () => void

  constructor(what: Downloadable, response: PlatformResponse, serve: (what: Downloadable) => Promise<void>) {
    super(Readable.from([]))
    const file = heldFile(what)
    const target = new ResponseTarget(nodeResponse(response))
    this.#serve = serve
    this.#what = what
    this.#leave = () => {}
    if (file?.close === undefined) return
    // An interceptor that fails, or answers with something else, leaves the file to nobody.
    if (!target.isGone) {
      this.#leave = target.watch(
        () => {},
        () => letGo(file),
      )
      return
    }
    // A response that is closed already does not say so once more.
    letGo(file)
    this.#what = NOTHING
  }

  /** Sends it. An error that comes before the reply rejects. */
  send(): Promise<void> {
    this.#leave()
    return this.#serve(this.#what)
  }
}

/** Lets the server of an application send downloads where it would send a body. */
export function teachToSend(server: HttpServer): void {
  if (taught.has(server)) return
  taught.add(server)
  const reply = server.reply
  server.reply = function (this: HttpServer, response: unknown, body: unknown, statusCode?: number) {
    return body instanceof PendingDownload ? body.send() : reply.call(this, response, body, statusCode)
  }
}

const taught = new WeakSet<HttpServer>()

/** What is sent to a client that has gone: it never gets there. */
const NOTHING = new EmptyResponse(204)
