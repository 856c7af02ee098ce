import { pipeline, Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { UpstreamError } from '../../errors.js'
import { Inflow } from '../../storages/inflow.js'
import { discard, type HttpAnswer } from './client.js'

/** The codings that a server applied to its answer, in the order in which it did. */
export function codingsOf(headers: HttpAnswer['headers']): string[] {
  return (headers.get('Content-Encoding') ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity')
}

/** Takes the codings off again, piece by piece: the client of a download did not ask for them. */
export function decoded(body: HttpAnswer['body'], codings: readonly string[]): HttpAnswer['body'] {
  if (codings.length === 0) return body
  if (codings.length > MOST_CODINGS) {
    discard(body)
    throw new UpstreamError(`The server answered in ${codings.length} codings, one around the other.`)
  }
  return codings.reduceRight<Readable>((stream, coding) => {
    const create = DECODERS[coding]
    if (create === undefined) {
      discard(stream)
      throw new UpstreamError(`The server answered in a coding that was not asked for: ${JSON.stringify(coding)}.`)
    }
    // A failure of either is told by the last of them, which is read.
    return pipeline(stream, create(), () => {})
  }, streamOf(body))
}

function streamOf(body: HttpAnswer['body']): Readable {
  if (!(body instanceof Inflow)) return body
  return new Readable({
    read() {
      body.next().then(
        (chunk) => this.push(chunk ?? null),
        (error) => this.destroy(error),
      )
    },
    destroy(error, callback) {
      body.destroy()
      callback(error)
    },
  })
}

/** Each takes memory of its own; nobody needs more than one. */
const MOST_CODINGS = 3

const DECODERS: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
}
