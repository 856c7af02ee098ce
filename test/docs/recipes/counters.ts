import { FileSystemStorage, StorageDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import express from 'express'

const releases = new FileSystemStorage({ root: process.env['RELEASES'] ?? '/srv/releases' })
export const counts = new Map<string, number>()

export const app = express()
app.get(
  '/releases/*path',
  toExpressHandler(StorageDownloadView.asView({ storage: releases }), {
    onDownload({ stage, isFirst, name }) {
      // Streamed or handed over, whole or in the first of many ranges: each download is counted once.
      if (stage === 'started' && isFirst) counts.set(name, (counts.get(name) ?? 0) + 1)
    },
  }),
)
