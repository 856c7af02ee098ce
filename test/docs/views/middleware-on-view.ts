import { type DownloadHandler, DownloadResponse, PermissionDeniedError } from 'downloadview'

/** Lets nobody in who is not logged in, whatever view there is behind it. */
export function requireUser(view: DownloadHandler): DownloadHandler {
  return (request) => {
    if (request.headers.get('x-user') === null) throw new PermissionDeniedError('Log in first.')
    return view(request)
  }
}

/** Lets browsers keep a download for an hour. */
export function keepForAnHour(view: DownloadHandler): DownloadHandler {
  return async (request) => {
    const response = await view(request)
    if (response instanceof DownloadResponse) response.headers.set('Cache-Control', 'private, max-age=3600')
    return response
  }
}
