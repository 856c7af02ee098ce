import { ContentFile, type DownloadHandler, DownloadResponse } from 'downloadview'

/** A handler needs no view: what it gives back is the description of a download. */
export const hello: DownloadHandler = () => {
  const file = new ContentFile('Hello world!\n', { name: 'hello.txt' })
  return new DownloadResponse(file, {
    attachment: true,
    basename: 'Grüße.txt',
    cacheControl: 'private, max-age=60',
    headers: { 'X-Robots-Tag': 'noindex' },
  })
}
