// #region views
import { SmartDownloadMiddleware, StorageDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import { S3Storage } from 'downloadview/storages/s3'
import express from 'express'
import config from './downloadview.config.js'

const storage = S3Storage.connect({
  region: 'eu-central-1',
  bucket: 'media',
  // The rule of the configuration finds files by this address.
  baseUrl: 'https://media.s3.eu-central-1.amazonaws.com/',
})

class MediaView extends StorageDownloadView {
  override storage = storage

  override getDelivery() {
    // Players ask for many small ranges: nearer to the storage is better. All others go by nginx.
    return this.request.headers.get('range') === null ? 'proxy' : 'redirect'
  }
}

const middleware = new SmartDownloadMiddleware(config)
express().get('/media/*path', toExpressHandler(MediaView.asView(), { middleware })).listen(3000)
// #endregion
