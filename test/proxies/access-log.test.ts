import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import {
  type DownloadHandler,
  DownloadResponse,
  EmptyResponse,
  LocalFile,
  SmartDownloadMiddleware,
} from '../../src/index.js'
import type { DownloadConfig } from '../../src/middleware/config.js'
import { createFixtures, noise } from '../adapters/fixtures.js'
import { listen, type RunningServer } from '../adapters/servers.js'
import { eventually } from '../support/eventually.js'
import { proxies, type RunningProxy, startProxy } from './servers.js'

/** What the page has for the administrator of nginx. */
const page = readFileSync(fileURLToPath(new URL('../../docs/events.md', import.meta.url)), 'utf8')
const format = /^```nginx\n(map .*?log_format .*?)^```$/ms.exec(page)?.[1] ?? ''

const SIZE = 64 * 1024 * 1024
const fixtures = createFixtures()
fixtures.write('digits.txt', '0123456789')
fixtures.write('large.bin', noise(SIZE))

let application: RunningServer
let server: RunningProxy
let log: string

before(async () => {
  // nginx reads as another user.
  chmodSync(dirname(fixtures.root), 0o755)
  const config: DownloadConfig = {
    backend: 'nginx',
    rules: [{ sourceDir: fixtures.root, destinationUrl: '/internal/', files: fixtures.root }],
  }
  const view: DownloadHandler = ({ url }) => {
    if (url === '/up') return new EmptyResponse(204)
    return new DownloadResponse(LocalFile.at(url.slice(1).split('?', 1)[0] as string, { root: fixtures.root }))
  }
  application = await listen(toNodeHandler(view, { middleware: new SmartDownloadMiddleware(config) }))
  const nginx = {
    ...proxies.nginx,
    writeMain(folder: string, included: string, port: number) {
      log = join(folder, 'downloads.log')
      const main = proxies.nginx.writeMain(folder, included, port)
      return main.replace('access_log off;', () => `${format}\naccess_log ${log} downloads;`)
    },
  }
  server = await startProxy(nginx, { ...config, server: { application: application.origin } })
})

after(async () => {
  await server?.stop()
  await application?.close()
  fixtures.remove()
})

test('nginx tells which downloads it was handed were completed, and which broke off after how many bytes', async () => {
  assert.equal(await (await fetch(`${server.origin}/digits.txt?signature=secret`)).text(), '0123456789')
  await (await fetch(`${server.origin}/digits.txt`, { headers: { Range: 'bytes=4-' } })).text()
  await fetch(`${server.origin}/none.txt`)
  const socket = connect(Number(new URL(server.origin).port), '127.0.0.1')
  socket.write('GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await once(socket, 'data')
  socket.destroy()
  await eventually(() => entries().length === 4)
  const told = entries().map(({ urlPath, status, handedOver, completed, range }) => ({
    urlPath,
    status,
    handedOver,
    completed,
    range,
  }))
  assert.deepEqual(told, [
    { urlPath: '/digits.txt', status: 200, handedOver: 1, completed: 'OK', range: '' },
    { urlPath: '/digits.txt', status: 206, handedOver: 1, completed: 'OK', range: 'bytes 4-9/10' },
    { urlPath: '/none.txt', status: 404, handedOver: 0, completed: 'OK', range: '' },
    { urlPath: '/large.bin', status: 200, handedOver: 1, completed: '', range: '' },
  ])
  const sent = entries().map(({ bytesSent }) => bytesSent)
  assert.deepEqual(sent.slice(0, 2), [10, 6])
  assert.ok(sent[3] > 0 && sent[3] < SIZE, `${sent[3]} bytes`)
  assert.ok(!readFileSync(log, 'utf8').includes('secret'), 'A signature is in the log.')
})

/** What was logged of files; the server was asked for `/up` until it answered. */
function entries() {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n') : []
  return lines
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line))
    .filter(({ urlPath }) => urlPath !== '/up')
}
