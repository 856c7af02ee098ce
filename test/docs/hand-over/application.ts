import { FileSystemStorage, SmartDownloadMiddleware, StorageDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import express from 'express'
import config from './downloadview.config.js'

const middleware = new SmartDownloadMiddleware(config)
const media = StorageDownloadView.asView({ storage: new FileSystemStorage({ root: '/srv/media' }) })

express().get('/media/*path', toExpressHandler(media, { middleware })).listen(3000)
