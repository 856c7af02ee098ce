import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import express from 'express'
import { toExpressHandler } from '../../src/adapters/express/index.js'
import { toFetchHandler } from '../../src/adapters/fetch/index.js'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import type { DownloadHandler } from '../../src/handler.js'
import { createHealthChecks, healthHandler } from '../../src/health/index.js'
import { withDeployment } from './deployment.js'

const ASK: Readonly<Record<string, (handler: DownloadHandler) => Promise<Response>>> = {
  express: (handler) => askListener(express().get('/health', toExpressHandler(handler))),
  'node:http': (handler) => askListener(toNodeHandler(handler)),
  fetch: (handler) => toFetchHandler(handler)(new Request('http://localhost/health')),
}

for (const [adapter, ask] of Object.entries(ASK)) {
  test(`${adapter}: the health of a live deployment is 200, and 503 once its proxy has stopped`, async () => {
    await withDeployment({}, async (site) => {
      const checks = createHealthChecks({ config: site.config, publicUrl: site.publicUrl })
      const handler = healthHandler(checks, { maxAge: 0 })
      const up = await ask(handler)
      assert.equal(up.status, 200)
      assert.equal(up.headers.get('content-type'), 'application/json')
      assert.equal(JSON.parse(await up.text()).ok, true)
      await site.stopProxy()
      const down = await ask(handler)
      assert.equal(down.status, 503)
      const text = await down.text()
      assert.equal(JSON.parse(text).checks[0].code, 'proxy-down')
      assert.ok(!text.includes(site.path()), 'A path of the server is shown.')
    })
  })
}

async function askListener(listener: RequestListener): Promise<Response> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const reply = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/health`)
    return new Response(await reply.arrayBuffer(), reply)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
