import { FileChangedError } from '../errors.js'
import type { DownloadRequest, Params } from '../handler.js'
import type { Reply } from '../responses/reply.js'
import type { Answer } from './answer.js'
import { type BodyPiece, BodyReader } from './body-reader.js'

/** A reply whose first bytes are there, if it has any. */
export interface OpenReply {
  readonly reply: Reply
  readonly body?: OpenBody
}

/** A body that has begun: its first piece, and where the others come from. */
export interface OpenBody {
  readonly reader: BodyReader
  readonly first: BodyPiece | undefined
}

/**
 * Reads the first piece of a reply's body: until it is there, every error can still become an honest status.
 *
 * A file that was replaced since it was described is described anew.
 */
export async function openBody<P extends Params>(answer: Answer, request: DownloadRequest<P>): Promise<OpenReply> {
  let { reply } = answer
  for (let attempt = 1; ; attempt++) {
    if (reply.body === undefined || request.method === 'HEAD') return { reply }
    // A client that left while the file was looked for needs nothing opened.
    request.signal.throwIfAborted()
    const reader = new BodyReader(reply.body, request.signal)
    try {
      return { reply, body: { reader, first: await reader.next() } }
    } catch (error) {
      reader.close()
      if (!(error instanceof FileChangedError) || attempt === MAX_ATTEMPTS) throw error
      reply = await answer.again()
    }
  }
}

/** How often a file that is replaced again and again is looked at anew. */
const MAX_ATTEMPTS = 5
