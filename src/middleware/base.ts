import { FileNotFoundError } from '../errors.js'
import { letGo } from '../files/let-go.js'
import type { DownloadHandler, DownloadRequest, Outcome, Params } from '../handler.js'
import { DownloadResponse } from '../responses/download.js'

/** Looks at every download that a handler describes, and may answer with something else in its place. */
export abstract class BaseDownloadMiddleware {
  /** Puts this middleware around a handler: the decorator form, for one view. */
  wrap<P extends Params>(handler: DownloadHandler<P>): DownloadHandler<P> {
    return async (request) => this.processResponse(await handler(request), request)
  }

  /** Hands downloads to {@link processDownloadResponse}; everything else passes untouched. */
  async processResponse(outcome: Outcome, request: DownloadRequest): Promise<Outcome> {
    if (!(outcome instanceof DownloadResponse)) return outcome
    let answer: Outcome | undefined
    try {
      answer = await this.processDownloadResponse(outcome, request)
      return answer
    } catch (error) {
      if (error instanceof FileNotFoundError) return outcome.fileNotFound(error)
      throw error
    } finally {
      // No reply carries the file any more, so that nobody else would let it go.
      if (answer?.file !== outcome.file) letGo(outcome.file)
    }
  }

  /** Answers a download: with itself, so that it is streamed, or with a reply in its place. */
  abstract processDownloadResponse(response: DownloadResponse, request: DownloadRequest): Outcome | Promise<Outcome>
}

/** Puts something around one view, such as `xAccelRedirect(view, rule)`. */
export type DownloadDecorator<Rule> = <P extends Params>(view: DownloadHandler<P>, rule: Rule) => DownloadHandler<P>
