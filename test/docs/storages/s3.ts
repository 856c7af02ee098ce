// #region simple
import { StorageDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import { S3Storage } from 'downloadview/storages/s3'
import express from 'express'

// Credentials come from the environment, or from the role of the machine, as the SDK finds them.
export const invoices = S3Storage.connect({
  bucket: process.env['INVOICES_BUCKET'] ?? 'invoices',
  region: process.env['AWS_REGION'] ?? 'eu-central-1',
  // Left out for Amazon; for any other server, its address.
  endpoint: process.env['S3_ENDPOINT'],
})

export const app = express()
app.get('/invoices/*path', toExpressHandler(StorageDownloadView.asView({ storage: invoices })))

// #endregion

// #region client
import { S3Client } from '@aws-sdk/client-s3'

const client = new S3Client({
  region: process.env['AWS_REGION'] ?? 'eu-central-1',
  ...(process.env['S3_ENDPOINT'] && { endpoint: process.env['S3_ENDPOINT'], forcePathStyle: true }),
  maxAttempts: 2,
  // One for each download at a time.
  requestHandler: { httpsAgent: { maxSockets: 1000 } },
})

export const media = new S3Storage({
  client,
  bucket: process.env['INVOICES_BUCKET'] ?? 'media',
  prefix: 'media',
  params: { ExpectedBucketOwner: process.env['BUCKET_OWNER'] },
  saveParams: { StorageClass: 'STANDARD', CacheControl: 'private' },
})

// #endregion

// #region presigned
import { contentDisposition } from 'downloadview'

/** An address at which the browser gets the file from the bucket itself, for five minutes and under a name of ours. */
export function linkTo(number: string): Promise<string> {
  return invoices.presignedUrl(`${number}.pdf`, {
    expiresIn: 300,
    contentDisposition: contentDisposition('attachment', `Rechnung Nº ${number}.pdf`),
  })
}

// #endregion

// #region upload
import type { Readable } from 'node:stream'

/** Keeps what somebody uploads, however large it is and whether or not its length is known. */
export function keep(number: string, upload: Readable): Promise<void> {
  return invoices.save(`${number}.pdf`, upload, { overwrite: false, contentType: 'application/pdf' })
}
// #endregion
