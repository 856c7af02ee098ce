import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy'
import { DownloadError } from 'downloadview'

/** A file that is still on its way. */
export interface ReceivedFile {
  /** The last part of the name that the client gives it. */
  readonly name: string
  /** What the client says it is; `undefined` when that is nothing that could be a media type. */
  readonly contentType: string | undefined
  /** It waits until it is read, and then lets the client go on. */
  readonly content: Readable
  /** Aborts when no more of the file will come: the client has left, or the file is too large. */
  readonly signal: AbortSignal
}

export interface ReceiveOptions {
  /** Bytes that a file may have. */
  readonly limit: number
}

/**
 * Reads a form with one file. The file is given away as it comes in, and is nowhere kept as a whole.
 *
 * It comes back when the file has been used and the request was read to its end, so that the client reads the answer.
 * Throws what `use` throws, 413 for a file that is too large, and 400 for a form without a file.
 */
export async function receiveFile<T>(
  request: IncomingMessage,
  { limit }: ReceiveOptions,
  use: (file: ReceivedFile) => Promise<T>,
): Promise<T> {
  const form = openForm(request, limit)
  const stop = new AbortController()
  const onClose = () => {
    if (!request.complete) stop.abort(badForm('The client has left.'))
  }
  request.once('close', onClose)
  try {
    return await new Promise<T>((resolve, reject) => {
      stop.signal.addEventListener('abort', () => reject(stop.signal.reason))
      form.on('file', (_field, content, name, _encoding, type) => {
        content.once('limit', () => stop.abort(tooLarge(limit)))
        content.once('error', (error) => stop.abort(badForm('The upload is broken.', error)))
        if (name) resolve(use({ name: cleanName(name), contentType: mediaType(type), content, signal: stop.signal }))
        else content.resume()
      })
      form.once('error', (error) => stop.abort(badForm('The upload cannot be read.', error)))
      form.once('finish', () => reject(badForm('Choose a file first.')))
      request.pipe(form)
    })
  } finally {
    request.off('close', onClose)
    request.unpipe(form)
    // A browser that is cut off shows an error of its own, and not our page.
    await finished(request.resume()).catch(() => undefined)
  }
}

function openForm(request: IncomingMessage, limit: number): BusboyInstance {
  try {
    return new Busboy({
      headers: request.headers as BusboyHeaders,
      limits: { files: 1, fields: 0, fileSize: limit },
      // What is only dots would lose its name, and look as if no file had been chosen.
      preservePath: true,
    })
  } catch (error) {
    throw badForm('That is no form with a file.', error)
  }
}

/** A database takes no NUL, and a page would be confused by characters that turn the direction of the text. */
function cleanName(name: string): string {
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
  const clean = last.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
  return /^[. ]*$/.test(clean) ? 'file' : shortened([...clean])
}

/** A long name keeps its extension, by which its system opens it. */
function shortened(name: readonly string[]): string {
  if (name.length <= MAX_LENGTH) return name.join('')
  const extension = /\.[^.]{1,20}$/.exec(name.join(''))?.[0] ?? ''
  return name.slice(0, MAX_LENGTH - [...extension].length).join('') + extension
}

/** Characters. */
const MAX_LENGTH = 200

function mediaType(text: string): string | undefined {
  return /^[\w!#$&^.+-]{1,60}\/[\w!#$&^.+-]{1,60}$/.test(text) ? text : undefined
}

function tooLarge(limit: number): DownloadError {
  const message = `The file is too large: at most ${limit / 2 ** 20} MiB are taken. Nothing of it was kept.`
  return new DownloadError(message, { code: 'UPLOAD_TOO_LARGE', status: 413 })
}

function badForm(message: string, cause?: unknown): DownloadError {
  return new DownloadError(message, { code: 'BAD_UPLOAD', status: 400, cause })
}
