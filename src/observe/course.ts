import { randomUUID } from 'node:crypto'
import { DownloadError } from '../errors.js'
import { publish, tellSafely } from './channels.js'
import type { DownloadEvent, DownloadListener, DownloadStage } from './event.js'

/** What is known of a download once its reply begins. */
export type Begun = Pick<DownloadEvent, 'status' | 'name' | 'ranges' | 'isFirst' | 'bytesAnnounced' | 'rule'>

/** The course of one download, as it is told to those who listen. */
export class DownloadCourse {
  readonly #id = randomUUID()
  readonly #since = performance.now()
  readonly #method: string
  readonly #urlPath: string
  readonly #listener: DownloadListener | undefined
  #begun: Begun | undefined

  constructor({ method, url }: { readonly method: string; readonly url: string }, listener?: DownloadListener) {
    this.#method = method
    this.#urlPath = url.split(/[?#]/, 1)[0] as string
    this.#listener = listener
  }

  /** Tells that the reply begins. */
  begin(begun: Begun): void {
    this.#begun = begun
    this.#tell('started', 0)
  }

  /** Tells how it ended. */
  end(stage: Exclude<DownloadStage, 'started'>, bytesSent: number, error?: unknown): void {
    this.#tell(stage, bytesSent, error)
  }

  #tell(stage: DownloadStage, bytesSent: number, error?: unknown): void {
    const event: DownloadEvent = {
      stage,
      id: this.#id,
      method: this.#method,
      urlPath: this.#urlPath,
      ...(this.#begun ?? { ...UNKNOWN, status: statusOf(error) }),
      bytesSent,
      milliseconds: performance.now() - this.#since,
      ...(error === undefined ? undefined : { code: codeOf(error) }),
    }
    if (error !== undefined) Object.defineProperty(event, 'error', { value: error, enumerable: false })
    if (this.#listener !== undefined) tellSafely(this.#listener, event)
    publish(event)
  }
}

const UNKNOWN = { name: '', ranges: [], isFirst: false, bytesAnnounced: undefined }

/** Of a client that left before there was a reply, nothing was wrong: 499 is what nginx writes for it. */
function statusOf(error: unknown): number {
  if (error === undefined) return 499
  return error instanceof DownloadError ? error.status : 500
}

function codeOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown }
  return typeof code === 'string' ? code : 'UNKNOWN'
}
