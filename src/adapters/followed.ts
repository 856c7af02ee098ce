import type { DownloadRequest, Outcome } from '../handler.js'
import type { HeaderMap } from '../headers/header-map.js'
import type { DownloadLimits } from '../limits/download-limits.js'
import { remoteFileTooLarge } from '../limits/errors.js'
import { Patience } from '../limits/patience.js'
import type { Begun, DownloadCourse } from '../observe/course.js'
import { asksForBegin, beginsDownload } from '../observe/first.js'
import { type SentRanges, sentRanges } from '../observe/sent-ranges.js'
import { DownloadResponse } from '../responses/download.js'
import { ProxiedDownloadResponse } from '../responses/proxied.js'
import type { Answer } from './answer.js'
import type { OpenBody } from './open-body.js'
import { PacedReader } from './paced-reader.js'
import { SizedReader } from './sized-reader.js'

/** One download that is followed: what is told of it, what it may take, and that it ends only once. */
export class Followed {
  readonly #course: DownloadCourse
  readonly #limits: DownloadLimits | undefined
  #found: Answer | undefined
  #request: DownloadRequest | undefined
  #patience: Patience | undefined
  #leave: (() => void) | undefined
  #isHandOver = false
  #given = 0
  #taken = 0
  #hasEnded = false

  constructor(course: DownloadCourse, limits: DownloadLimits | undefined) {
    this.#course = course
    this.#limits = limits
  }

  /** Tells whether the body has to go in pieces, so that it can be seen how each is taken. */
  get isPaced(): boolean {
    const { limitRate, idleTimeout } = this.#limits?.options ?? {}
    return limitRate !== undefined || idleTimeout !== undefined
  }

  /** Tells whether all that was given was taken. */
  get isTaken(): boolean {
    return this.#taken === this.#given
  }

  /** @throws TooManyDownloadsError when there are too many */
  async admit(request: DownloadRequest): Promise<void> {
    this.#request = request
    this.#leave = await this.#limits?.admit(request)
  }

  answers(found: Answer): void {
    this.#found = found
  }

  /**
   * Holds a body to the limits.
   *
   * @throws UpstreamError when it comes from elsewhere and is larger than allowed
   */
  async limit(body: OpenBody, length: number | undefined, request: DownloadRequest): Promise<OpenBody> {
    const { limitRate, maxRemoteSize, clock } = this.#limits?.options ?? {}
    let { reader, first } = body
    if (maxRemoteSize !== undefined && this.#found?.outcome.file?.fetch !== undefined) {
      if (length !== undefined && length > maxRemoteSize) throw remoteFileTooLarge(maxRemoteSize)
      reader = new SizedReader(reader, first, maxRemoteSize)
      first = await reader.next()
    }
    if (!this.isPaced || clock === undefined) return { reader, first }
    const paced = new PacedReader(reader, first, { limitRate, clock, signal: request.signal })
    return { reader: paced, first: await paced.next() }
  }

  /** The head of the reply is sent. `cutOff` ends the reply of a client that is too slow. */
  begins(status: number, headers: HeaderMap, cutOff: () => void): void {
    if (this.#hasEnded) return
    this.#course.begin(this.#begun(status, headers))
    if (this.#limits === undefined) return
    this.#patience = new Patience(this.#limits.options, (error) => {
      this.#end('aborted', error)
      cutOff()
    })
    if (!this.isTaken) this.#patience.wait()
  }

  gives(bytes: number): void {
    this.#given += bytes
    this.#patience?.wait()
  }

  takes(bytes: number): void {
    if (this.#hasEnded) return
    this.#taken += bytes
    this.#patience?.calm()
    if (!this.isTaken) this.#patience?.wait()
  }

  /** The reply is at its end. */
  ends(): void {
    if (!this.isTaken) this.#end('aborted')
    else this.#end(this.#isHandOver ? 'handed-over' : 'completed')
  }

  /** The client has gone. */
  leaves(): void {
    this.#end('aborted')
  }

  fails(error: unknown): void {
    this.#end('failed', error)
  }

  #end(stage: 'handed-over' | 'completed' | 'aborted' | 'failed', error?: unknown): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#patience?.end()
    this.#leave?.()
    this.#course.end(stage, this.#taken, error)
  }

  #begun(status: number, headers: HeaderMap): Begun {
    const outcome = this.#found?.outcome
    const asked = this.#request?.headers.get('range') ?? null
    this.#isHandOver = isHandOver(outcome, status)
    const known = { status, name: outcome !== undefined && 'basename' in outcome ? outcome.basename : '' }
    const isGet = this.#request?.method === 'GET'
    // Whoever has the file then cuts the ranges, and tells the length.
    if (this.#isHandOver) {
      const isFirst = isGet && asksForBegin(asked)
      return { ...known, ...ruleOf(outcome), ranges: [], isFirst, bytesAnnounced: undefined }
    }
    const local = this.#found?.reply.body?.local?.parts
    const { ranges, size } = status === 206 ? sentRanges(headers.get('Content-Range'), local, asked) : WHOLE
    const hasFile = outcome instanceof DownloadResponse && (status === outcome.status || status === 206)
    const length = this.#request?.method === 'HEAD' ? null : headers.get('Content-Length')
    return {
      ...known,
      ranges,
      isFirst: isGet && hasFile && beginsDownload(ranges, size),
      bytesAnnounced: length === null ? undefined : Number(length),
    }
  }
}

/** A redirect to the storage is one as well: the bytes come from there. */
function isHandOver(outcome: Outcome | undefined, status: number): boolean {
  if (outcome instanceof ProxiedDownloadResponse) return true
  return outcome instanceof DownloadResponse && outcome.delivery === 'redirect' && status === 302
}

function ruleOf(outcome: Outcome | undefined): Pick<Begun, 'rule'> {
  const rule = outcome instanceof ProxiedDownloadResponse ? outcome.rule : undefined
  return rule === undefined ? {} : { rule }
}

const WHOLE: SentRanges = { ranges: [] }
