import {
  configureOpenFileCache,
  DownloadLimits,
  FileSystemStorage,
  SmartDownloadMiddleware,
  StorageDownloadView,
} from 'downloadview'
import { type ExpressHandlerOptions, toExpressHandler } from 'downloadview/express'
import express from 'express'
import config from './downloadview.config.js'

configureOpenFileCache({ maxSize: 256 * 1024 * 1024 })

/** The same for all downloads of the application. */
const options: ExpressHandlerOptions = {
  middleware: new SmartDownloadMiddleware(config),
  context: (req) => ({ user: req.header('x-user') }),
  limits: new DownloadLimits({ maxDownloads: 500 }),
  onError: (error, { method, url }) => console.error(method, url.split('?')[0], error),
}

const media = new FileSystemStorage({ root: process.env['MEDIA'] ?? '/srv/media' })

export const app = express()
app.get('/media/*path', toExpressHandler(StorageDownloadView.asView({ storage: media }), options))

declare module 'downloadview' {
  interface DownloadContext {
    user?: string | undefined
  }
}
