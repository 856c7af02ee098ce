import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, describe, test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { H3, toNodeHandler as toH3NodeHandler } from 'h3'
import { Hono } from 'hono'
import { toH3Handler } from '../../src/adapters/h3/index.js'
import { toHonoHandler } from '../../src/adapters/hono/index.js'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import type { AdapterOptions } from '../../src/adapters/options.js'
import { DownloadLimits, PathDownloadView } from '../../src/index.js'
import { openFiles } from '../../src/storages/disk/open-files.js'
import { createFixtures, noise } from '../adapters/fixtures.js'
import { openBelow } from '../support/descriptors.js'
import { eventually } from '../support/eventually.js'

const fixtures = createFixtures()
after(() => fixtures.remove())
const view = PathDownloadView.asView({ path: fixtures.write('large.bin', noise(16 * 1024 * 1024)) })

type Options = Pick<AdapterOptions<never>, 'limits' | 'onError'>

const SERVERS: Readonly<Record<string, (options: Options) => RequestListener>> = {
  'node:http': (options) => toNodeHandler(view, options),
  Hono: (options) => getRequestListener(new Hono().all('*', toHonoHandler(view, options)).fetch),
  'h3 2': (options) => toH3NodeHandler(new H3().all('/**', (event) => toH3Handler(view, options)(event))),
}

describe('downloads that wait for their turn when their client leaves', () => {
  for (const [name, create] of Object.entries(SERVERS)) {
    test(`count no longer, and hold nothing (${name})`, async () => {
      const limits = new DownloadLimits({ maxDownloads: 100 })
      const faults: unknown[] = []
      const server = createServer(create({ limits, onError: (error) => void faults.push(error) }))
      await once(server.listen(0, '127.0.0.1'), 'listening')
      try {
        for (let round = 0; round < 5; round++) {
          const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
          client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(4))
          await eventually(() => limits.active === 4)
          client.resetAndDestroy()
          await eventually(() => limits.active === 0, { what: `${limits.active} are still counted.` })
        }
        await openFiles.closeIdle()
        await eventually(() => openBelow(fixtures.root).length === 0)
      } finally {
        server.close()
      }
      assert.deepEqual(faults, [])
    })
  }
})
