import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { AppFactory } from '@adonisjs/application/factories'
import { ServerFactory } from '@adonisjs/http-server/factories'
import { createApp, createRouter, defineEventHandler, toNodeListener } from 'h3-1'
import { rawRequest } from '../http/raw.js'
import { serveListener } from '../http/serve.js'

const folder = await realpath(await mkdtemp(join(tmpdir(), 'frameworks-')))
const home = process.cwd()
mkdirSync(join(folder, 'invoices', '2026'), { recursive: true })
for (const name of ['7.pdf', '2026/7.pdf']) writeFileSync(join(folder, 'invoices', name), `%PDF ${name}`)
// The examples look for their folder below the one that they are started in.
process.chdir(folder)

after(async () => {
  process.chdir(home)
  await rm(folder, { recursive: true })
})

test('the examples for Fastify', async () => {
  const { app } = await import('./frameworks/fastify.js')
  after(() => app.close())
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  const invoice = await rawRequest(origin, { target: '/invoices/7', headers: { 'x-user': 'alice' } })
  assert.deepEqual([invoice.status, String(invoice.body)], [200, '%PDF 7.pdf'])
  assert.equal((await rawRequest(origin, { target: '/invoices/7' })).status, 403)
  const latest = await rawRequest(origin, { target: '/latest' })
  assert.equal(latest.get('Content-Disposition'), 'attachment; filename="latest.pdf"')
  const preview = await rawRequest(origin, { target: '/latest/preview' })
  assert.equal(preview.get('Content-Disposition'), 'inline; filename="7.pdf"')
})

test('the example for Koa', async () => {
  const { app } = await import('./frameworks/koa.js')
  const origin = await serveListener(app.callback())
  const reply = await rawRequest(origin, { target: '/invoices/2026/7.pdf', headers: { Range: 'bytes=0-3' } })
  assert.deepEqual([reply.status, String(reply.body)], [206, '%PDF'])
})

for (const name of ['hono', 'h3'] as const) {
  test(`the example for ${name}`, async () => {
    const { app } = (await import(`./frameworks/${name}.js`)) as { app: { fetch(request: Request): Promise<Response> } }
    const reply = await app.fetch(new Request('http://a/invoices/2026/7.pdf', { headers: { Range: 'bytes=0-3' } }))
    assert.deepEqual([reply.status, await reply.text()], [206, '%PDF'])
    assert.equal((await app.fetch(new Request('http://a/invoices/8.pdf'))).status, 404)
  })
}

test('the example for Nitro', async () => {
  Object.assign(globalThis, { defineEventHandler })
  const handler = (await import('./frameworks/nitro.js')).default
  // As Nitro does with a file of this name.
  const app = createApp().use(createRouter().use('/invoices/**:path', handler))
  const origin = await serveListener(toNodeListener(app))
  const reply = await rawRequest(origin, { target: '/invoices/2026/7.pdf', headers: { Range: 'bytes=0-3' } })
  assert.deepEqual([reply.status, String(reply.body)], [206, '%PDF'])
  assert.equal((await rawRequest(origin, { target: '/invoices/2026/7.pdf', method: 'HEAD' })).status, 200)
})

test('the example for AdonisJS', async () => {
  const { invoices } = await import('./frameworks/adonis.js')
  const application = new AppFactory().create(pathToFileURL(`${folder}/`), () => {})
  await application.init()
  const server = new ServerFactory().merge({ app: application }).create()
  server.getRouter().get('/invoices/*', invoices)
  await server.boot()
  const origin = await serveListener(server.handle.bind(server))
  const reply = await rawRequest(origin, { target: '/invoices/2026/7.pdf', headers: { Range: 'bytes=0-3' } })
  assert.deepEqual([reply.status, String(reply.body)], [206, '%PDF'])
  const head = await rawRequest(origin, { target: '/invoices/2026/7.pdf', method: 'HEAD' })
  assert.equal(head.get('Content-Length'), '15')
  // Its own handler answers what comes before the reply.
  for (const target of ['/invoices/8.pdf', '/invoices/2026%2F7.pdf', '/invoices/%zz']) {
    assert.equal((await rawRequest(origin, { target })).status, 404, target)
  }
})

test('the example for Next.js', async () => {
  const { GET } = await import('./frameworks/next.js')
  const params = Promise.resolve({ path: ['2026', '7.pdf'] })
  assert.equal(await (await GET(new Request('http://a/invoices/2026/7.pdf'), { params })).text(), '%PDF 2026/7.pdf')
})
