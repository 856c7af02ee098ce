import { FileExistsError } from '../../errors.js'
import { type Content, expectErrors } from '../content.js'
import { gcsFailure, statusOf } from './failure.js'
import type { GcsService } from './service.js'
import { UploadBody } from './upload.js'

/** A file to be saved. */
export interface NewObject {
  readonly key: string
  /** Name of the object. */
  readonly name: string
  readonly content: Content
  readonly contentType: string
  readonly overwrite: boolean
  readonly signal: AbortSignal | undefined
}

/** Writes an object in one request, which makes it appear when all of it is there, or not at all. */
export async function saveObject(service: GcsService, file: NewObject): Promise<void> {
  const { key, name, content, contentType, overwrite, signal } = file
  // It is not read before the credentials are there, and may fail until then.
  expectErrors(content)
  const body = new UploadBody(content, { what: service.what, timeout: service.timeout, signal })
  try {
    await service.upload({
      method: 'POST',
      query: { uploadType: 'media', name, ifGenerationMatch: overwrite ? undefined : '0', fields: 'generation' },
      headers: { 'content-type': contentType },
      body,
      signal: body.signal,
    })
  } catch (error) {
    if (body.error !== undefined && !signal?.aborted) throw body.error
    if (!overwrite && statusOf(error) === 412) {
      throw new FileExistsError(`There is a file already under "${key}".`, { cause: error })
    }
    throw gcsFailure(service.what, error, signal)
  } finally {
    body.close()
  }
}
