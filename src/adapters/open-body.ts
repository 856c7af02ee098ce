import { type Awaitable, isPromise } from '../awaitable.js'
import { FileChangedError } from '../errors.js'
import type { DownloadRequest, Params } from '../handler.js'
import type { LocalBody, Reply, ReplyBody } from '../responses/reply.js'
import type { RetainedFile } from '../storages/storage.js'
import type { Answer } from './answer.js'
import { type BodyPiece, BodyReader, type PieceReader } from './body-reader.js'
import type { Buffers } from './buffer-pool.js'
import { LocalReader, partsOf } from './local-reader.js'

/** A reply whose first bytes are there, if it has any. */
export interface OpenReply<Body = OpenBody> {
  readonly reply: Reply
  readonly body?: Body
}

/** A body that has begun: its first piece, and where the others come from. */
export interface OpenBody {
  readonly reader: PieceReader
  /** Taken away by whoever sends it. */
  first: BodyPiece | undefined
}

/** A large file of the local disk, not read yet, that the adapter may send past the reader. */
export interface OpenFile {
  readonly reader: LocalReader
}

/**
 * Reads the first piece of a reply's body: until it is there, every error can still become an honest status.
 *
 * A file that was replaced since it was described is described anew. Large files on the local disk are read into the
 * pool, if there is one.
 */
export function openBody<P extends Params>(
  answer: Answer,
  request: DownloadRequest<P>,
  pool?: Buffers,
): Promise<OpenReply> {
  return open(answer, request, (file, parts) => openPieces(new LocalReader(file, parts, pool)))
}

/** The same for an adapter that can send large files by itself. */
export function openBodyOrFile<P extends Params>(
  answer: Answer,
  request: DownloadRequest<P>,
  pool?: Buffers,
): Promise<OpenReply<OpenBody | OpenFile>> {
  return open<P, OpenBody | OpenFile>(answer, request, (file, parts) => {
    const reader = new LocalReader(file, parts, pool)
    return file.maySendfile ? openFile(reader) : openPieces(reader)
  })
}

/** Begins to read in pieces. */
export async function openPieces(reader: PieceReader): Promise<OpenBody> {
  try {
    return { reader, first: await reader.next() }
  } catch (error) {
    reader.close()
    throw error
  }
}

type OpenLarge<Body> = (file: RetainedFile, parts: LocalBody['parts']) => Promise<Body>

async function open<P extends Params, Body>(
  answer: Answer,
  request: DownloadRequest<P>,
  openLarge: OpenLarge<Body>,
): Promise<OpenReply<Body | OpenBody>> {
  let { reply } = answer
  for (let attempt = 1; ; attempt++) {
    const { body } = reply
    if (body === undefined || request.method === 'HEAD') return { reply }
    try {
      const opening = body.local && openLocal(body.local, openLarge)
      const local = isPromise(opening) ? await opening : opening
      return { reply, body: local ?? (await openAny(body, request)) }
    } catch (error) {
      if (!(error instanceof FileChangedError) || attempt === MAX_ATTEMPTS) throw error
      reply = await answer.again()
    }
  }
}

/** How often a file that is replaced again and again is looked at anew. */
const MAX_ATTEMPTS = 5

function openLocal<Body>(
  { retain, parts }: LocalBody,
  openLarge: OpenLarge<Body>,
): Awaitable<Body | OpenBody | undefined> {
  const file = retain()
  if (file === undefined) return undefined
  if (file.content === undefined) return openUnheld(file, parts, openLarge)
  try {
    return inOnePiece(file.content, parts)
  } finally {
    file.release()
  }
}

async function openUnheld<Body>(
  file: RetainedFile,
  parts: LocalBody['parts'],
  openLarge: OpenLarge<Body>,
): Promise<Body | OpenBody | undefined> {
  try {
    return await (file.isSmall ? openSmall(file, parts) : openLarge(file, parts))
  } catch (error) {
    // Read in its own way, the file hears of the change as well, and is described anew.
    if (error instanceof FileChangedError) return undefined
    throw error
  }
}

async function openSmall(file: RetainedFile, parts: LocalBody['parts']): Promise<OpenBody> {
  try {
    return inOnePiece(await file.readAll(), parts)
  } finally {
    file.release()
  }
}

function inOnePiece(content: Uint8Array, parts: LocalBody['parts']): OpenBody {
  return { reader: ENDED, first: { bytes: partsOf(content, parts), isLast: true } }
}

const ENDED: PieceReader = { next: () => Promise.resolve(undefined), close() {} }

async function openFile(reader: LocalReader): Promise<OpenFile> {
  try {
    await reader.file.assertUnchanged()
    return { reader }
  } catch (error) {
    reader.close()
    throw error
  }
}

function openAny<P extends Params>(body: ReplyBody, { signal }: DownloadRequest<P>): Promise<OpenBody> {
  // A client that left while the file was looked for needs nothing opened.
  signal.throwIfAborted()
  return openPieces(new BodyReader(body, signal))
}
