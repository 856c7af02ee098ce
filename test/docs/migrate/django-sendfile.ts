import { resolve } from 'node:path'
import { PermissionDeniedError, SmartDownloadMiddleware, sendfile } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import express from 'express'
import config from './downloadview.config.js'

export const app = express()
const middleware = new SmartDownloadMiddleware(config)
const root = resolve('protected')

app.get(
  '/reports/:year',
  toExpressHandler<{ year: string }>(
    (request) => {
      if (request.headers.get('x-user') !== 'alice') throw new PermissionDeniedError()
      const { year } = request.params
      return sendfile(request, `report-${year}.pdf`, {
        root,
        attachment: true,
        attachmentFilename: `Bilanz für ${year}.pdf`,
      })
    },
    { middleware },
  ),
)
