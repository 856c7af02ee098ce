import { StorageDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import { S3Storage } from 'downloadview/storages/s3'
import express from 'express'

const LARGE = Number(process.env['LARGE_FILE'] ?? 50 * 2 ** 20)

export const bucket = S3Storage.connect({
  bucket: process.env['MEDIA_BUCKET'] ?? 'media',
  region: process.env['AWS_REGION'] ?? 'eu-central-1',
  endpoint: process.env['S3_ENDPOINT'],
})

class MediaView extends StorageDownloadView {
  override storage = bucket

  /** Small files come through the application. Large ones the client fetches from the bucket, by an address for a minute. */
  override async getDelivery() {
    const file = await bucket.stat(await this.getPath())
    return (file?.size ?? 0) > LARGE ? 'redirect' : 'stream'
  }
}

export const app = express()
app.get('/media/*path', toExpressHandler(MediaView.asView({ urlExpiresIn: 60 })))
