import type { File as GcsFile } from '@google-cloud/storage'
import { ConfigurationError } from '../../errors.js'
import type { PresignOptions } from '../storage.js'

/** Makes a signed address (V4) for one object. */
export async function presign(
  file: GcsFile,
  userProject: string | undefined,
  { method = 'GET', expiresIn = 300, contentType, contentDisposition, cacheControl }: PresignOptions,
): Promise<string> {
  if (expiresIn > MOST_SECONDS) throw new ConfigurationError('A signed address can live for seven days at most.')
  const queryParams = {
    ...(contentType === undefined ? {} : { 'response-content-type': contentType }),
    ...(contentDisposition === undefined ? {} : { 'response-content-disposition': contentDisposition }),
    ...(cacheControl === undefined ? {} : { 'response-cache-control': cacheControl }),
    ...(userProject === undefined ? {} : { userProject }),
  }
  try {
    return await sign(file, method, { expires: Date.now() + expiresIn * 1000, queryParams })
  } catch (cause) {
    throw new ConfigurationError(
      'This client cannot sign addresses: give it the key of a service account, or an account with the permission iam.serviceAccounts.signBlob.',
      { cause },
    )
  }
}

const MOST_SECONDS = 7 * 24 * 60 * 60

interface Signing {
  readonly expires: number
  readonly queryParams: Record<string, string>
}

async function sign(file: GcsFile, method: 'GET' | 'HEAD', signing: Signing): Promise<string> {
  const [url] = await file.getSignedUrl({ version: 'v4', action: 'read', ...signing })
  if (method === 'GET' || file.signer === undefined) return url
  // The method is part of what is signed, and the SDK has names for all but this one.
  return file.signer.getSignedUrl({ version: 'v4', method: method as 'GET', ...signing })
}
