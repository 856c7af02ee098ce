// #region simple
import { BlobServiceClient } from '@azure/storage-blob'
import { StorageDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import { AzureBlobStorage } from 'downloadview/storages/azure'
import express from 'express'

const client = BlobServiceClient.fromConnectionString(process.env['AZURE_STORAGE_CONNECTION_STRING'] ?? '')
export const reports = new AzureBlobStorage({ client, container: 'reports', prefix: 'public' })

export const app = express()
app.get('/reports/*path', toExpressHandler(StorageDownloadView.asView({ storage: reports })))

// #endregion

// #region presigned
import { contentDisposition } from 'downloadview'

/** An address at which the browser gets the file from Azure itself, for five minutes and under a name of ours. */
export function linkTo(year: number): Promise<string> {
  return reports.presignedUrl(`${year}.pdf`, {
    expiresIn: 300,
    contentDisposition: contentDisposition('attachment', `Bericht für ${year}.pdf`),
  })
}
// #endregion
