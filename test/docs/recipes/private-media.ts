import { FileSystemStorage, PermissionDeniedError, StorageDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import express from 'express'
import session from 'express-session'

const media = new FileSystemStorage({ root: process.env['MEDIA'] ?? '/srv/media' })

/** Every user has a folder of the same name. */
class OwnMediaView extends StorageDownloadView<{ path: string[] }> {
  override storage = media
  override attachment = false

  override async getPath() {
    const path = await super.getPath()
    const { user } = this.request.context
    if (user === undefined || !path.startsWith(`${user}/`)) throw new PermissionDeniedError()
    return path
  }
}

export const app = express()
app.use(session({ secret: process.env['SESSION_SECRET'] ?? 'only for tests', resave: false, saveUninitialized: false }))

app.post('/login/:user', (req, res) => {
  // Here your application asks for a password.
  req.session.user = req.params.user
  res.sendStatus(204)
})

const context = (req: express.Request) => ({ user: req.session.user })
app.get('/media/*path', toExpressHandler(OwnMediaView.asView(), { context }))

declare module 'express-session' {
  interface SessionData {
    user: string
  }
}

declare module 'downloadview' {
  interface DownloadContext {
    user?: string | undefined
  }
}
