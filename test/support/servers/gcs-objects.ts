import { createHash } from 'node:crypto'
import { CRC32C } from '@google-cloud/storage'

/** What uploads may say of an object. */
export interface GcsUpload {
  readonly contentType?: string
  readonly contentDisposition?: string
  readonly contentEncoding?: string
  readonly cacheControl?: string
  readonly metadata?: Readonly<Record<string, string>>
}

/** One generation of an object. */
export interface GcsObject extends GcsUpload {
  readonly bucket: string
  readonly name: string
  readonly generation: string
  readonly content: Buffer
  readonly crc32c: string
  readonly md5Hash: string
  readonly etag: string
  readonly updated: Date
}

let generations = Date.now() * 1000

/** A new generation, with a number above all before. */
export function createObject(bucket: string, name: string, content: Buffer, upload: GcsUpload): GcsObject {
  generations += 1
  const generation = String(generations)
  const crc32c = new CRC32C()
  crc32c.update(content)
  return {
    ...upload,
    bucket,
    name,
    generation,
    content,
    crc32c: crc32c.toString(),
    md5Hash: createHash('md5').update(content).digest('base64'),
    etag: Buffer.from(generation).toString('base64'),
    updated: new Date(),
  }
}

/** The object resource of the JSON API. */
export function resourceOf(object: GcsObject): Record<string, unknown> {
  const { content, updated, ...fields } = object
  return {
    kind: 'storage#object',
    id: `${object.bucket}/${object.name}/${object.generation}`,
    ...fields,
    contentType: object.contentType ?? 'application/octet-stream',
    metageneration: '1',
    size: String(content.length),
    storageClass: 'STANDARD',
    timeCreated: updated.toISOString(),
    updated: updated.toISOString(),
  }
}

/** The headers of a download. */
export function headersOf(object: GcsObject): Record<string, string> {
  const optional = {
    'Content-Disposition': object.contentDisposition,
    'Content-Encoding': object.contentEncoding,
    'Cache-Control': object.cacheControl ?? 'private, max-age=0',
    ...Object.fromEntries(Object.entries(object.metadata ?? {}).map(([name, value]) => [`x-goog-meta-${name}`, value])),
  }
  return {
    ...Object.fromEntries(
      Object.entries(optional).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    'Accept-Ranges': 'bytes',
    'Content-Type': object.contentType ?? 'application/octet-stream',
    ETag: `"${object.etag}"`,
    'Last-Modified': object.updated.toUTCString(),
    'x-goog-generation': object.generation,
    'x-goog-hash': `crc32c=${object.crc32c},md5=${object.md5Hash}`,
    'x-goog-metageneration': '1',
    'x-goog-storage-class': 'STANDARD',
    'x-goog-stored-content-encoding': object.contentEncoding ?? 'identity',
    'x-goog-stored-content-length': String(object.content.length),
  }
}
