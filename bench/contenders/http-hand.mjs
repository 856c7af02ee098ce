import { request } from 'undici'
import { origin, serve } from './lib/contender.mjs'
import { passOn } from './lib/pass-on.mjs'

await serve(async (req, res) => {
  const { statusCode, headers, body } = await request(origin + req.url)
  res.writeHead(statusCode, {
    'Content-Type': headers['content-type'],
    'Content-Length': headers['content-length'],
    'Last-Modified': headers['last-modified'],
    ETag: headers.etag,
  })
  passOn(body, res)
})
