import { StorageDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import { fromFlydrive } from 'downloadview/storages/flydrive'
import express from 'express'
import { Disk } from 'flydrive'
import { FSDriver } from 'flydrive/drivers/fs'

const disk = new Disk(new FSDriver({ location: 'media', visibility: 'private' }))
const storage = fromFlydrive(disk, { presigned: false })

export const app = express()
app.get('/media/*path', toExpressHandler(StorageDownloadView.asView({ storage })))
