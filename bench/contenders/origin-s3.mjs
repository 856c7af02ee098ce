import { randomUUID } from 'node:crypto'
import { serve } from './lib/contender.mjs'
import { held } from './lib/held.mjs'

/** As much of S3 as a download needs: GetObject and HeadObject of whole objects, in `/BUCKET/KEY`. */
await serve((req, res) => {
  const [, , key] = req.url.split(/[/?]/)
  const file = held(key)
  if (file === undefined) return res.writeHead(404, { 'Content-Type': 'application/xml' }).end(NO_SUCH_KEY)
  res.writeHead(200, { ...file.headers, 'Accept-Ranges': 'bytes', Server: 'bench', 'x-amz-request-id': randomUUID() })
  res.end(req.method === 'HEAD' ? undefined : file.bytes)
})

const NO_SUCH_KEY = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>NoSuchKey</Code></Error>'
