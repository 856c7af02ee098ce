// #region simple
import { Storage } from '@google-cloud/storage'
import { StorageDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import { GoogleCloudStorage } from 'downloadview/storages/gcs'
import express from 'express'

// Who the application is comes from its machine, or from GOOGLE_APPLICATION_CREDENTIALS.
const client = new Storage()
export const reports = new GoogleCloudStorage({ client, bucket: process.env['REPORTS_BUCKET'] ?? 'reports' })

export const app = express()
app.get('/reports/*path', toExpressHandler(StorageDownloadView.asView({ storage: reports })))
// #endregion

// #region packed
/** Serves logs that are stored packed as what they are: packed text. */
const packedLogs = StorageDownloadView.asView({ storage: reports, mimeType: 'text/plain', encoding: 'gzip' })
app.get('/logs/*path', toExpressHandler(packedLogs))
// #endregion
