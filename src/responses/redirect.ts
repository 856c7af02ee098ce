import { ConfigurationError } from '../errors.js'
import { HeaderMap } from '../headers/header-map.js'
import type { DownloadResponse } from './download.js'
import type { Reply } from './reply.js'

/**
 * Sends the client to the storage, by an address that gives this one file for a while, under our name and type.
 *
 * Nothing is asked of the storage for that. It answers all the rest: conditions, ranges, and a file that is not there.
 */
export async function redirect({ method }: { readonly method: string }, response: DownloadResponse): Promise<Reply> {
  const { file, urlExpiresIn: expiresIn } = response
  if (file.presignedUrl === undefined) {
    throw new ConfigurationError(
      'This file cannot be delivered by a redirect: its storage makes no presigned addresses. Stream it, or hand it over.',
    )
  }
  const told = response.describe({})
  const location = await file.presignedUrl({
    method: method === 'HEAD' ? 'HEAD' : 'GET',
    expiresIn,
    // A type that is only guessed is no better than the one that was stored.
    contentType: isTypeOwn(response) ? (told.get('Content-Type') ?? undefined) : undefined,
    contentDisposition: told.get('Content-Disposition') ?? undefined,
    cacheControl: told.get('Cache-Control') ?? undefined,
  })
  const headers = new HeaderMap({
    Location: location,
    // The address is as good as the file: it must not be kept longer than it is needed, or told to anybody.
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'Content-Length': '0',
  })
  for (const [name, value] of response.headers) {
    if (name.toLowerCase() === 'set-cookie') for (const each of [value].flat()) headers.append(name, each)
  }
  return { status: 302, headers }
}

/** Tells whether the application itself said what the type is. */
function isTypeOwn({ mimeType, headers }: DownloadResponse): boolean {
  return mimeType !== undefined || headers.has('Content-Type')
}
