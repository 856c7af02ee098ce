import type { DownloadContext, DownloadRequest } from '../handler.js'

/** A request that asks for all of a file, without any condition. */
export const plainRequest: DownloadRequest = {
  method: 'GET',
  url: '/',
  headers: new Headers(),
  params: {},
  signal: new AbortController().signal,
  context: {} as DownloadContext,
  raw: undefined,
}
