import { createRequire } from 'node:module'
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { ConfigurationError } from '../../errors.js'
import { diskError, isOutOfDescriptors } from '../disk/error.js'
import type { PresignOptions } from '../storage.js'
import type { Bucket } from './bucket.js'

/** Signs an address at which the server itself gives an object for a while. Nothing is asked of the server. */
export async function presign(
  bucket: Bucket,
  key: string,
  { method = 'GET', expiresIn = 300, contentType, contentDisposition, cacheControl }: PresignOptions,
): Promise<string> {
  if (!(expiresIn >= 1 && expiresIn <= WEEK)) {
    throw new ConfigurationError(`expiresIn must be from one second to seven days (${WEEK} seconds), got ${expiresIn}.`)
  }
  const { getSignedUrl } = await loadPresigner()
  const input = {
    ...bucket.params,
    Key: key,
    ResponseContentType: contentType,
    ResponseContentDisposition: contentDisposition,
    ResponseCacheControl: cacheControl,
  }
  try {
    const { client } = bucket
    return method === 'HEAD'
      ? await getSignedUrl(client, bucket.prepare(new HeadObjectCommand(input)), { expiresIn })
      : await getSignedUrl(client, bucket.prepare(new GetObjectCommand(input)), { expiresIn })
  } catch (error) {
    throw bucket.failure(error)
  }
}

/** Seconds: no signature of S3 is good for longer. */
const WEEK = 7 * 24 * 3600

const PRESIGNER = '@aws-sdk/s3-request-presigner'

type Presigner = typeof import('@aws-sdk/s3-request-presigner')

/** Only when it is wanted: who never signs need not install it. */
async function loadPresigner(): Promise<Presigner> {
  try {
    return await import(PRESIGNER).catch(requireInstead)
  } catch (cause) {
    if (isOutOfDescriptors(cause)) throw diskError(cause)
    throw new ConfigurationError(
      'S3Storage needs a package to sign addresses: npm install @aws-sdk/s3-request-presigner',
      { cause },
    )
  }
}

/** Node remembers for ever that an import failed, also where it did so only because too many files were open. */
function requireInstead(error: unknown): Presigner {
  if (!isOutOfDescriptors(error)) throw error
  return createRequire(import.meta.url)(PRESIGNER)
}
