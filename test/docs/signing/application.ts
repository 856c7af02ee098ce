import { resolve } from 'node:path'
import { FileSystemStorage, StorageDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import { requireSignature, SignedStorage, UrlSigner } from 'downloadview/signing'
import express from 'express'

const signer = new UrlSigner({ secrets: [process.env['LINK_SECRET'] ?? ''], expiresIn: 3600 })
const media = new FileSystemStorage({ root: resolve('media'), baseUrl: '/media/' })
const links = new SignedStorage(media, { signer })
const view = requireSignature(StorageDownloadView.asView({ storage: media }), { signer })

const app = express()
app.get('/link', (_req, res) => void res.send(links.url('annual report.pdf')))
app.get('/media/*path', toExpressHandler(view))
app.listen(3000)
