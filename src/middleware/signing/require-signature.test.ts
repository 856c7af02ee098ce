import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PermissionDeniedError } from '../../errors.js'
import { ContentFile } from '../../files/content.js'
import { DownloadResponse } from '../../responses/download.js'
import { EmptyResponse } from '../../responses/empty.js'
import { UrlSigner } from '../../signing/url-signer.js'
import { assertDownloadResponse } from '../../testing/assert-download-response.js'
import { testRequest } from '../../testing/test-request.js'
import { XAccelRedirectMiddleware } from '../nginx/middleware.js'
import { requireSignature } from './require-signature.js'

const signer = new UrlSigner({ secrets: ['x'.repeat(32)] })

class NotedFile extends ContentFile {
  closed = 0

  override close(): void {
    this.closed += 1
  }
}

/** A handler that counts how often it is asked. */
function counting() {
  const file = new NotedFile('text', { name: 'report.pdf', url: '/media/report.pdf' })
  const handler = () => {
    counted.calls += 1
    return new DownloadResponse(file)
  }
  const counted = { calls: 0, file, handler }
  return counted
}

describe('a guarded view', () => {
  test('answers a good link, and HEAD as well', async () => {
    const view = counting()
    const guarded = requireSignature(view.handler, { signer })
    for (const method of ['GET', 'HEAD']) {
      const outcome = await guarded(testRequest({ url: signer.sign('/a?x=1'), method }))
      await assertDownloadResponse(outcome, { content: 'text', basename: 'report.pdf', attachment: true })
    }
  })

  test('is not even asked without a good link', async () => {
    const view = counting()
    const guarded = requireSignature(view.handler, { signer })
    for (const url of [
      '/a',
      `${signer.sign('/a')}x`,
      signer.sign('/b').replace('/b', '/a'),
      signer.sign('/a', { user: 'ann' }),
    ]) {
      await assert.rejects(guarded(testRequest({ url })) as Promise<unknown>, PermissionDeniedError)
    }
    for (const method of ['POST', 'OPTIONS']) {
      await assert.rejects(
        guarded(testRequest({ url: signer.sign('/a'), method })) as Promise<unknown>,
        PermissionDeniedError,
      )
    }
    assert.equal(view.calls, 0)
  })

  test('lets only the user in whom the link is for', async () => {
    const { handler } = counting()
    const user = async ({ headers }: { headers: { get(name: string): string | null } }) =>
      headers.get('x-user') ?? undefined
    const guarded = requireSignature(handler, { signer, user })
    const ask = async (url: string, headers: Record<string, string>) => guarded(testRequest({ url, headers }))
    assert.ok((await ask(signer.sign('/a', { user: 'ann' }), { 'X-User': 'ann' })) instanceof DownloadResponse, 'ann')
    const messages = new Set<string>()
    for (const [url, headers] of [
      [signer.sign('/a', { user: 'ann' }), { 'X-User': 'bob' }],
      [signer.sign('/a', { user: 'ann' }), {}],
      [signer.sign('/a'), { 'X-User': 'ann' }],
      // A link for everybody is no way around a guard that asks who it is.
      [signer.sign('/a'), {}],
      [signer.sign('/a'), { 'X-User': '' }],
    ] as [string, Record<string, string>][]) {
      await assert.rejects(ask(url, headers), (error) => {
        messages.add((error as Error).message)
        return error instanceof PermissionDeniedError
      })
    }
    assert.deepEqual([...messages], ['This link is not valid, or no longer.'])
  })

  test('can be told the address that was signed', async () => {
    const { handler } = counting()
    const guarded = requireSignature(handler, { signer, url: ({ url }) => `/outside${url}` })
    const url = signer.sign('/outside/a').replace('/outside', '')
    assert.ok((await guarded(testRequest({ url }))) instanceof DownloadResponse, 'refused')
  })
})

describe('the disposition of a link', () => {
  for (const disposition of ['attachment', 'inline'] as const) {
    test(`makes the download ${disposition}`, async () => {
      const guarded = requireSignature(counting().handler, { signer })
      const outcome = await guarded(testRequest({ url: signer.sign('/a', { disposition }) }))
      await assertDownloadResponse(outcome, { attachment: disposition === 'attachment', basename: 'report.pdf' })
    })
  }

  test('does not open what could run scripts: a page that is shown is in its sandbox', async () => {
    const page = new ContentFile('<script>', { name: 'page.html' })
    const guarded = requireSignature(() => new DownloadResponse(page), { signer })
    const outcome = await guarded(testRequest({ url: signer.sign('/a', { disposition: 'inline' }) }))
    assert.ok(outcome instanceof DownloadResponse, 'no download')
    assert.match(outcome.describe(await page.stat()).get('Content-Security-Policy') ?? '', /sandbox/)
  })

  test('goes along when the download is handed over around the guard', async () => {
    const guarded = requireSignature(counting().handler, { signer })
    const middleware = new XAccelRedirectMiddleware({ sourceUrl: '/media/', destinationUrl: '/protected/' })
    const outcome = await middleware.wrap(guarded)(testRequest({ url: signer.sign('/a', { disposition: 'inline' }) }))
    assert.equal(outcome.headers.get('X-Accel-Redirect'), '/protected/report.pdf')
    assert.equal(outcome.headers.get('Content-Disposition'), 'inline; filename="report.pdf"')
  })

  test('cannot be set any more within the guard, which says so and lets the file go', async () => {
    const view = counting()
    const middleware = new XAccelRedirectMiddleware({ sourceUrl: '/media/', destinationUrl: '/protected/' })
    const guarded = requireSignature(middleware.wrap(view.handler), { signer })
    const url = signer.sign('/a', { disposition: 'inline' })
    await assert.rejects(guarded(testRequest({ url })) as Promise<unknown>, {
      name: 'ConfigurationError',
      message: /around the guard/,
    })
    assert.equal(view.file.closed, 1)
    // Without a disposition there is nothing to set.
    const plain = await guarded(testRequest({ url: signer.sign('/a') }))
    assert.equal(plain.headers.get('X-Accel-Redirect'), '/protected/report.pdf')
  })

  test('is no matter of a reply that is no download', async () => {
    const guarded = requireSignature(() => new EmptyResponse(405), { signer })
    const outcome = await guarded(testRequest({ url: signer.sign('/a', { disposition: 'inline' }) }))
    assert.equal(outcome.headers.has('Content-Disposition'), false)
  })
})
