import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { FileExistsError } from '../../src/errors.js'
import { rawRequest } from '../http/raw.js'
import { serveListener } from '../http/serve.js'
import { startSwiftForExamples } from './swift-for-examples.js'

test('the examples of the page on storages keep an invoice, serve it, and give a link to it', async () => {
  const swift = await startSwiftForExamples('INVOICES_BUCKET')
  try {
    const { app, invoices, keep, linkTo, media } = await import('./storages/s3.js')
    await keep('2026-7', Readable.from(['%PDF', '-7']))
    // Of the application's errors there is one class only, whichever door it comes from.
    await assert.rejects(keep('2026-7', Readable.from(['x'])), { name: FileExistsError.name })
    const reply = await rawRequest(await serveListener(app), { target: '/invoices/2026-7.pdf' })
    assert.deepEqual([reply.status, String(reply.body)], [200, '%PDF-7'])
    const linked = await fetch(await linkTo('2026-7'))
    assert.equal(await linked.text(), '%PDF-7')
    assert.match(linked.headers.get('content-disposition') ?? '', /filename\*=UTF-8''Rechnung%20N%C2%BA%202026-7\.pdf/)
    await media.save('logo.svg', '<svg/>')
    assert.equal((await invoices.stat('media/logo.svg'))?.contentType, 'image/svg+xml')
    invoices.close()
  } finally {
    await swift.close()
  }
})

test('the examples of the pages on storages and on the native sender change how local files are kept and sent', async () => {
  await import('./storages/open-file-cache.js')
  await import('./native/turn-on.js')
  const { configureOpenFileCache, FileSystemStorage } = await import('downloadview')
  const storage = new FileSystemStorage({ root: import.meta.dirname })
  assert.equal(await storage.exists('storages/open-file-cache.ts'), true)
  configureOpenFileCache({})
})
