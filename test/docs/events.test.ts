import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { eventually } from '../support/eventually.js'

const folder = await realpath(await mkdtemp(join(tmpdir(), 'events-')))
const home = process.cwd()

before(async () => {
  await writeFile(join(folder, 'digits.txt'), '0123456789')
  // The examples serve the folder that they are started in.
  process.chdir(folder)
})

after(async () => {
  process.chdir(home)
  await rm(folder, { recursive: true })
})

test('the examples hear of what they say they do', async () => {
  const { handler } = await import('./events/option.js')
  const { counts } = await import('./events/counts.js')
  const { lines } = await import('./events/logger.js')
  const { metrics } = await import('./events/prometheus.js')
  const { stop } = await import('./events/opentelemetry.js')
  await import('./events/log.js')
  await serving(handler, async (origin) => {
    assert.equal(await (await fetch(`${origin}/files/digits.txt?signature=secret`)).text(), '0123456789')
    await (await fetch(`${origin}/files/digits.txt`, { headers: { Range: 'bytes=4-' } })).text()
    assert.equal((await fetch(`${origin}/files/none.txt`)).status, 404)
    await eventually(() => lines.length === 3)
  })
  stop()
  assert.equal(counts.of('digits.txt'), 1)
  const logged = lines.map((line) => JSON.parse(line))
  assert.deepEqual(
    logged.map(({ level, stage, status, bytesSent, urlPath }) => [level, stage, status, bytesSent, urlPath]),
    [
      ['info', 'completed', 200, 10, '/files/digits.txt'],
      ['info', 'completed', 206, 6, '/files/digits.txt'],
      ['info', 'failed', 404, 0, '/files/none.txt'],
    ],
  )
  assert.ok(!/secret|events-/.test(lines.join('')), 'A signature or a path of the server is in the log.')
  const figures = await metrics()
  assert.match(figures, /^downloads_begun_total 1$/m)
  assert.match(figures, /^download_bytes_total\{stage="completed",status="206"\} 6$/m)
  assert.match(figures, /^download_duration_seconds_count\{stage="failed",status="404"\} 1$/m)
})

test('the example of limits serves files', async () => {
  const { handler } = await import('./limits/application.js')
  await serving(handler, async (origin) => {
    assert.equal(await (await fetch(`${origin}/files/digits.txt`)).text(), '0123456789')
  })
})

async function serving(
  handler: Parameters<typeof createServer>[1],
  use: (origin: string) => Promise<void>,
): Promise<void> {
  const server = createServer(handler as never)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
