// #region simple
import { HttpDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import express from 'express'

const readme = HttpDownloadView.asView({ url: 'https://raw.githubusercontent.com/nodejs/node/main/README.md' })

export const app = express()
app.get('/readme', toExpressHandler(readme))

// #endregion

// #region internal
import { HttpClient } from 'downloadview'

const FILES = process.env['FILES_URL'] ?? 'http://files.internal:8080'

// Only this host is asked, also when it redirects; and it may be an internal one.
const files = new HttpClient({ allowedHosts: [new URL(FILES).host], headersTimeout: 5_000 })

class ReportView extends HttpDownloadView<{ id: string }> {
  override client = files
  override requestOptions = { headers: { Authorization: `Bearer ${process.env['FILES_TOKEN']}` } }

  override getUrl() {
    return `${FILES}/reports/${encodeURIComponent(this.params.id)}.pdf`
  }
}

app.get('/reports/:id', toExpressHandler(ReportView.asView({ attachment: false })))

// #endregion

// #region file
import { HttpFile, ObjectDownloadView } from 'downloadview'

interface Photo {
  title: string
  address: string
}

declare const photos: { find(where: { readonly [field: string]: string }): Promise<Photo | undefined> }

export class PhotoView extends ObjectDownloadView<Photo> {
  override model = photos
  override basenameField = 'title' as const

  override async getFile() {
    const photo = await this.getObject()
    return new HttpFile(photo.address, { name: photo.title })
  }
}
// #endregion
