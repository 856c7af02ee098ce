import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { BlobServiceClient } from '@azure/storage-blob'
import { rawRequest } from '../http/raw.js'
import { serveListener } from '../http/serve.js'
import { startAzurite } from '../support/servers/azurite.js'
import { startGcsStandIn } from '../support/servers/gcs-stand-in.js'

test('the examples of the page on Azure serve a report, and give a link to it', async () => {
  const azurite = await startAzurite()
  try {
    process.env['AZURE_STORAGE_CONNECTION_STRING'] = azurite.connectionString
    await BlobServiceClient.fromConnectionString(azurite.connectionString).createContainer('reports')
    const { app, reports, linkTo } = await import('./storages/azure.js')
    await reports.save('2026.pdf', '%PDF-2026')
    const reply = await rawRequest(await serveListener(app), { target: '/reports/2026.pdf' })
    assert.deepEqual([reply.status, String(reply.body)], [200, '%PDF-2026'])
    assert.equal(reply.get('Content-Type'), 'application/pdf')
    const linked = await fetch(await linkTo(2026))
    assert.equal(await linked.text(), '%PDF-2026')
    const disposition = `attachment; filename="Bericht_fur_2026.pdf"; filename*=UTF-8''Bericht%20f%C3%BCr%202026.pdf`
    assert.equal(linked.headers.get('content-disposition'), disposition)
  } finally {
    await azurite.close()
  }
})

test('the examples of the page on Google Cloud Storage serve a report, and packed logs', async () => {
  const standIn = await startGcsStandIn()
  try {
    process.env['STORAGE_EMULATOR_HOST'] = standIn.endpoint
    process.env['REPORTS_BUCKET'] = await standIn.createBucket()
    const { app, reports } = await import('./storages/gcs.js')
    await reports.save('2026.pdf', '%PDF-2026')
    await reports.save('today.log', gzipSync('started'))
    const origin = await serveListener(app)
    const reply = await rawRequest(origin, { target: '/reports/2026.pdf' })
    assert.deepEqual([reply.status, String(reply.body)], [200, '%PDF-2026'])
    const log = await rawRequest(origin, { target: '/logs/today.log' })
    assert.equal(log.get('Content-Encoding'), 'gzip')
    assert.equal(log.get('Content-Type'), 'text/plain; charset=utf-8')
    assert.equal(String(gunzipSync(log.body)), 'started')
  } finally {
    await standIn.close()
  }
})
