import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { serve } from './lib/contender.mjs'
import { passOn } from './lib/pass-on.mjs'
import { BUCKET, CLIENT } from './lib/s3.mjs'

const client = new S3Client(CLIENT)

await serve(async (req, res) => {
  const object = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: req.url.slice(1) }))
  res.writeHead(200, {
    'Content-Type': object.ContentType,
    'Content-Length': object.ContentLength,
    'Last-Modified': object.LastModified.toUTCString(),
    ETag: object.ETag,
  })
  passOn(object.Body, res)
})
