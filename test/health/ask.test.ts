import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { type Answer, ask } from '../../src/health/ask.js'

test('a redirect is an answer, and a path is sent as it was spelled', async () => {
  const answer = await askServer('/a/../b//c/%2e%2e/%2F?x', (req, res) => {
    res.writeHead(302, { Location: '/login', 'X-Asked': req.url }).end()
  })
  assert.ok('status' in answer, 'There was no answer.')
  assert.equal(answer.status, 302)
  assert.equal(answer.headers['x-asked'], '/a/../b//c/%2e%2e/%2F?x')
})

test('what is not ASCII is encoded, and nothing else', async () => {
  const answer = await askServer('/é 100%25', (req, res) => void res.setHeader('X-Asked', req.url ?? '').end())
  assert.ok('status' in answer, 'There was no answer.')
  assert.equal(answer.headers['x-asked'], '/%C3%A9%20100%25')
})

test('a server that never answers is given up', async () => {
  const answer = await askServer('/', () => {}, 200)
  assert.deepEqual(failureOf(answer), ['timeout', 'no answer in 200 ms'])
})

test('a body that never ends in time is given up', async () => {
  const answer = await askServer('/', (_req, res) => void res.write('begin'), 200)
  assert.deepEqual(failureOf(answer), ['timeout', 'no answer in 200 ms'])
})

test('a body without end is read up to a limit', async () => {
  const answer = await askServer('/', (_req, res) => {
    const chunk = Buffer.alloc(16 * 1024)
    const more = (): void => {
      while (!res.destroyed && res.write(chunk));
    }
    res.on('drain', more)
    more()
  })
  assert.ok('status' in answer, 'There was no answer.')
  assert.ok(answer.body.length > 64 * 1024 && answer.body.length < 256 * 1024, `${answer.body.length} bytes`)
})

test('a body that breaks off is no answer', async () => {
  const answer = await askServer('/', (_req, res) => {
    res.writeHead(200, { 'Content-Length': '10' }).write('12345', () => res.destroy())
  })
  assert.equal(failureOf(answer)[0], 'broken')
})

test('a reply that is no HTTP is no answer', async () => {
  const answer = await askServer('/', (req) => void req.socket.end('SSH-2.0-OpenSSH\r\n'))
  assert.equal(failureOf(answer)[0], 'broken')
})

test('a user and a password in the address are sent, and not shown', async () => {
  const answer = await askServer(
    '/x',
    (req, res) => void res.setHeader('X-Seen', req.headers.authorization ?? '').end(),
    5000,
    'user:secret@',
  )
  assert.ok('status' in answer, 'There was no answer.')
  assert.equal(answer.headers['x-seen'], `Basic ${Buffer.from('user:secret').toString('base64')}`)
  assert.doesNotMatch(answer.url, /secret/)
})

async function askServer(path: string, listener: RequestListener, timeout = 5000, user = ''): Promise<Answer> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    return await ask({ base: new URL(`http://${user}127.0.0.1:${port}`), path, timeout })
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

function failureOf(answer: Answer): string[] {
  assert.ok('failure' in answer, 'There was an answer.')
  return [answer.failure, answer.reason]
}
