import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rawRequest } from '../http/raw.js'
import { serveListener } from '../http/serve.js'
import { goodAnswer, startScriptedOrigin } from '../http-files/scripted-origin.js'

test('the example of the page on HTTP serves a file of an internal host', async () => {
  const there = await startScriptedOrigin(goodAnswer(Buffer.from('%PDF-')))
  process.env['FILES_URL'] = new URL(there.url).origin
  process.env['FILES_TOKEN'] = 'token'
  const { app } = await import('./http/views.js')
  const reply = await rawRequest(await serveListener(app), { target: '/reports/7' })
  assert.deepEqual([reply.status, String(reply.body)], [200, '%PDF-'])
  assert.equal(reply.get('Content-Disposition'), 'inline; filename="7.pdf"')
  assert.equal(there.asked[0]?.headers.authorization, 'Bearer token')
})
