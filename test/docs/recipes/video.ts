import { FileSystemStorage, StorageDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import express from 'express'

const films = new FileSystemStorage({ root: process.env['FILMS'] ?? '/srv/films' })
const film = StorageDownloadView.asView({
  storage: films,
  attachment: false,
  // Going back in a film then costs one 304, and no bytes.
  cacheControl: 'private, max-age=0, must-revalidate',
})

export const app = express()
app.get('/films/*path', toExpressHandler(film))
app.get('/watch/:name', (req, res) => {
  const address = `/films/${encodeURIComponent(req.params.name)}`
  res.send(`<!doctype html><title>Film</title><video controls preload="metadata" src="${address}"></video>`)
})
