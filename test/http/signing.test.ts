import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'
import express from 'express'
import { toExpressHandler } from '../../src/adapters/express/index.js'
import { requireSignature, SignedStorage, UrlSigner } from '../../src/middleware/signing/index.js'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { contentOf, createTree, HOSTILE_NAMES, PLAIN } from '../proxies/tree.js'
import { type RawReply, rawRequest } from './raw.js'
import { serve, serveListener } from './serve.js'

/** Links that the application checks, on real servers. */

const tree = createTree()
after(() => tree.remove())

const secrets = ['a secret of at least 32 characters']
const signer = new UrlSigner({ secrets })
const late = new UrlSigner({ secrets, now: () => Date.now() - 7_200_000 })
const stranger = new UrlSigner({ secrets: ['a secret that this server has never heard of'] })
const storage = new FileSystemStorage({ root: tree.path('files'), baseUrl: '/files/', dotfiles: 'allow' })
const signed = new SignedStorage(storage, { signer })

const view = StorageDownloadView.asView({ storage })
const route = '/files/*path'
const { origin, faults } = await serve(requireSignature(view, { signer }), { route })
const personal = await serve(
  requireSignature(view, { signer, user: ({ headers }) => headers.get('x-user') ?? undefined }),
  { route },
)

const get = (target: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawReply> =>
  rawRequest(origin, { target, headers, method })

describe('a guarded view of node:http', () => {
  test('sends the file of a good link, all of it or a part', async () => {
    const link = signed.url('plain.txt') as string
    const whole = await get(link)
    assert.deepEqual([whole.status, whole.body.toString()], [200, PLAIN])
    assert.equal(whole.get('content-disposition'), 'attachment; filename="plain.txt"')
    const part = await get(link, { Range: 'bytes=4-8' })
    assert.deepEqual([part.status, part.body.toString()], [206, PLAIN.slice(4, 9)])
    const same = await get(link, { 'If-None-Match': whole.get('etag') as string })
    assert.equal(same.status, 304)
    const head = await get(link, {}, 'HEAD')
    assert.deepEqual([head.status, head.get('content-length'), head.body.length], [200, String(PLAIN.length), 0])
  })

  test('sends it as its link says', async () => {
    const reply = await get(signed.url('plain.txt', { disposition: 'inline' }) as string)
    assert.equal(reply.get('content-disposition'), 'inline; filename="plain.txt"')
  })

  for (const name of HOSTILE_NAMES.filter((each) => !each.includes('\\'))) {
    test(`sends a file whatever its name: ${JSON.stringify(name)}`, async () => {
      const reply = await get(signed.url(`hostile/${name}`) as string)
      assert.deepEqual([reply.status, reply.body.toString()], [200, contentOf(name)])
    })
  }

  test('resumes a download by curl', async () => {
    const link = `${origin}${signed.url('plain.txt')}`
    const { stdout } = await promisify(execFile)('curl', ['-sSf', '--continue-at', '10', link])
    assert.equal(stdout, PLAIN.slice(10))
  })

  test('refuses all others, and nobody can tell why', async () => {
    const link = signed.url('plain.txt') as string
    const bad = [
      '/files/plain.txt',
      '/files/missing.txt',
      link.replace('plain', 'empty'),
      link.replace('plain', 'missing'),
      link.replace(/expires=\d/, 'expires=9'),
      `${link}&x=1`,
      `${link}${link.slice(link.indexOf('?')).replace('?', '&')}`,
      late.sign('/files/plain.txt'),
      stranger.sign('/files/plain.txt'),
      signer.sign('/files/plain.txt', { user: 'ann' }),
      signer.sign('/files/plain.txt', { method: 'PUT' }),
    ]
    const replies = await Promise.all(bad.map((target) => get(target)))
    assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([403]))
    const seen = replies.map(({ fields, body }) =>
      JSON.stringify([fields.filter(([name]) => name !== 'Date'), `${body}`]),
    )
    assert.equal(new Set(seen).size, 1, `different answers: ${seen.join('\n')}`)
    assert.equal(replies[0]?.get('cache-control'), 'no-store')
    for (const target of bad) {
      const head = await get(target, {}, 'HEAD')
      assert.deepEqual([head.status, head.body.length], [403, 0])
    }
    assert.deepEqual(faults, [], 'a link that is not good is an answer and no fault')
  })

  test('refuses other methods with a link for GET', async () => {
    const link = signed.url('plain.txt') as string
    for (const method of ['POST', 'DELETE', 'OPTIONS']) assert.equal((await get(link, {}, method)).status, 403, method)
  })

  test('answers 404 where a good link leads to no file', async () => {
    assert.equal((await get(signed.url('missing.txt') as string)).status, 404)
  })

  test('lets in only the user that the link is for', async () => {
    const target = signed.url('plain.txt', { user: 'ann' }) as string
    const as = (headers: Record<string, string>, link = target) =>
      rawRequest(personal.origin, { target: link, headers })
    assert.equal((await as({ 'X-User': 'ann' })).status, 200)
    assert.equal((await as({ 'X-User': 'bob' })).status, 403)
    assert.equal((await as({})).status, 403)
    assert.equal((await as({}, signed.url('plain.txt'))).status, 403)
  })
})

test('a guarded view of Express knows the whole address, also below a router', async () => {
  const app = express().set('env', 'production')
  const router = express.Router().get('/*path', toExpressHandler(requireSignature(view, { signer })))
  app.use('/files', router)
  app.use(((error, _req, res, _next) => {
    res.status(error.status).send(error.message)
  }) as express.ErrorRequestHandler)
  const at = await serveListener(app)
  const ask = (target: string) => rawRequest(at, { target })
  const link = signed.url('hostile/a b.txt') as string
  assert.equal((await ask(link)).body.toString(), contentOf('a b.txt'))
  for (const target of ['/files/plain.txt', `${link}x`, late.sign('/files/plain.txt')]) {
    const reply = await ask(target)
    assert.deepEqual([reply.status, reply.body.toString()], [403, 'This link is not valid, or no longer.'])
  }
})
