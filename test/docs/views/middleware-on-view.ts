import { type DownloadHandler, DownloadResponse, type Params, PermissionDeniedError } from 'downloadview'

/** Lets nobody in who is not logged in, whatever view there is behind it. */
export function requireUser<P extends Params>(view: DownloadHandler<P>): DownloadHandler<P> {
  return (request) => {
    if (request.headers.get('x-user') === null) throw new PermissionDeniedError('Log in first.')
    return view(request)
  }
}

/** Lets browsers keep a download for an hour. */
export function keepForAnHour<P extends Params>(view: DownloadHandler<P>): DownloadHandler<P> {
  return async (request) => {
    const response = await view(request)
    if (response instanceof DownloadResponse) response.headers.set('Cache-Control', 'private, max-age=3600')
    return response
  }
}
