import { DownloadLimits, FileSystemStorage, StorageDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import express from 'express'

const media = new FileSystemStorage({ root: process.env['MEDIA'] ?? '/srv/media' })
const view = StorageDownloadView.asView({ storage: media })

const free = new DownloadLimits({ perClient: 2, client: userOf, limitRate: 500_000 })
const paid = new DownloadLimits({ perClient: 10, client: userOf })

export const app = express()
const slow = toExpressHandler(view, { context, limits: free })
const fast = toExpressHandler(view, { context, limits: paid })
app.get('/media/*path', (req, res, next) => (req.header('x-plan') === 'paid' ? fast : slow)(req, res, next))

function context(req: express.Request) {
  return { user: req.header('x-user') }
}

function userOf({ context, raw }: { context: { user?: string | undefined }; raw: unknown }) {
  return context.user ?? (raw as express.Request).ip
}
