import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { toFetchHandler } from '../adapters/fetch/handler.js'
import { PermissionDeniedError } from '../errors.js'
import { ContentFile } from '../files/content.js'
import type { DownloadHandler, DownloadRequest, Outcome, Params } from '../handler.js'
import { DownloadResponse } from '../responses/download.js'
import { EmptyResponse } from '../responses/empty.js'
import { NotModifiedResponse } from '../responses/not-modified.js'
import { ProxiedDownloadResponse } from '../responses/proxied.js'
import { testRequest } from '../testing/test-request.js'
import { VirtualDownloadView } from '../views/virtual.js'
import { BaseDownloadMiddleware, type DownloadDecorator } from './base.js'

class HelloView extends VirtualDownloadView {
  override getFile() {
    return new ContentFile('Hello world!\n', { name: 'hello-world.txt' })
  }
}

/** Hands every download over to a proxy, under the prefix that it was made with. */
class HandOver extends BaseDownloadMiddleware {
  readonly seen: [DownloadResponse, DownloadRequest][] = []
  readonly prefix: string

  constructor(prefix = '/proxied/') {
    super()
    this.prefix = prefix
  }

  override async processDownloadResponse(response: DownloadResponse, request: DownloadRequest): Promise<Outcome> {
    this.seen.push([response, request])
    await delay(1)
    return new ProxiedDownloadResponse(response, { 'X-Redirect': this.prefix + response.basename })
  }
}

describe('BaseDownloadMiddleware', () => {
  for (const [title, close] of Object.entries({
    throws() {
      throw new Error('Not closed.')
    },
    rejects: () => Promise.reject(new Error('Not closed.')),
  })) {
    test(`answers as it would when the closing of a file that is not sent ${title}`, async () => {
      class AsideView extends HelloView {
        override getFile() {
          return Object.assign(super.getFile(), { close })
        }
      }
      class Instead extends BaseDownloadMiddleware {
        override processDownloadResponse(): Outcome {
          return new EmptyResponse(204)
        }
      }
      const response = await toFetchHandler(new Instead().wrap(AsideView.asView()))(new Request('http://localhost/'))
      assert.equal(response.status, 204)
    })
  }

  test('answers a download with something else, and sees the response and the request', async () => {
    const middleware = new HandOver()
    const raw = new Request('http://localhost/a?b')
    const response = await toFetchHandler(middleware.wrap(HelloView.asView()))(raw)
    assert.equal(response.headers.get('X-Redirect'), '/proxied/hello-world.txt')
    assert.equal(await response.text(), '')
    assert.equal(middleware.seen.length, 1)
    assert.equal(middleware.seen[0]?.[0].basename, 'hello-world.txt')
    assert.equal(middleware.seen[0]?.[1].raw, raw)
  })

  test('may leave a download as it is, which is then streamed', async () => {
    class Watch extends BaseDownloadMiddleware {
      override processDownloadResponse(response: DownloadResponse): Outcome {
        return response
      }
    }
    const response = await toFetchHandler(new Watch().wrap(HelloView.asView()))(new Request('http://localhost/'))
    assert.equal(await response.text(), 'Hello world!\n')
  })

  test('lets everything else pass untouched', async () => {
    const middleware = new HandOver()
    const download = new DownloadResponse(new ContentFile('x'))
    for (const outcome of [
      new EmptyResponse(404),
      new NotModifiedResponse(),
      new ProxiedDownloadResponse(download, { 'X-Redirect': '/other' }),
    ]) {
      assert.equal(await middleware.processResponse(outcome, testRequest()), outcome)
    }
    assert.equal(middleware.seen.length, 0)
  })

  test('treats a subclass of DownloadResponse like any download', async () => {
    class OwnResponse extends DownloadResponse {}
    const outcome = await new HandOver().processResponse(new OwnResponse(new ContentFile('x')), testRequest())
    assert.ok(outcome instanceof ProxiedDownloadResponse, String(outcome))
  })

  test('lets the errors of the handler pass, and its own be the answer', async () => {
    class Refuse extends BaseDownloadMiddleware {
      override processDownloadResponse(): Outcome {
        throw new PermissionDeniedError()
      }
    }
    const refused = new Refuse().wrap(HelloView.asView())
    assert.equal((await toFetchHandler(refused)(new Request('http://localhost/'))).status, 403)
    const failure = new Error('broken')
    const broken = new HandOver().wrap(() => {
      throw failure
    })
    await assert.rejects(async () => broken(testRequest()), failure)
  })

  test('lets a file go that no reply carries any more', async () => {
    for (const [answer, closed] of [
      [(response: DownloadResponse) => response, 0],
      [(response: DownloadResponse) => new ProxiedDownloadResponse(response, {}), 0],
      [() => new EmptyResponse(204), 1],
      [() => Promise.reject(new PermissionDeniedError()), 1],
    ] as const) {
      let count = 0
      class Middleware extends BaseDownloadMiddleware {
        override processDownloadResponse(response: DownloadResponse): Outcome | Promise<Outcome> {
          return answer(response)
        }
      }
      const file = Object.assign(new ContentFile('x'), { close: () => count++ })
      const handler = new Middleware().wrap(() => new DownloadResponse(file))
      await Promise.resolve(handler(testRequest())).catch(() => {})
      assert.equal(count, closed)
    }
  })

  test('nests, and the inner one decides', async () => {
    const [inner, outer] = [new HandOver('/inner/'), new HandOver('/outer/')]
    const view = outer.wrap(inner.wrap(HelloView.asView()))
    const response = await toFetchHandler(view)(new Request('http://localhost/'))
    assert.equal(response.headers.get('X-Redirect'), '/inner/hello-world.txt')
    assert.equal(outer.seen.length, 0)
  })

  test('may override processResponse to see every outcome', async () => {
    class Statuses extends HandOver {
      readonly statuses: number[] = []
      override processResponse(outcome: Outcome, request: DownloadRequest) {
        this.statuses.push(outcome.status)
        return super.processResponse(outcome, request)
      }
    }
    const middleware = new Statuses()
    const serve = toFetchHandler(middleware.wrap(HelloView.asView()))
    await serve(new Request('http://localhost/'))
    await serve(new Request('http://localhost/', { method: 'POST' }))
    assert.deepEqual(middleware.statuses, [200, 405])
  })

  test('keeps the types of the route', () => {
    const handler: DownloadHandler<{ id: string }> = ({ params }) => new DownloadResponse(new ContentFile(params.id))
    const wrapped: DownloadHandler<{ id: string }> = new HandOver().wrap(handler)
    // @ts-expect-error: the handler needs a parameter "id"
    const other: DownloadHandler<{ name: string }> = new HandOver().wrap(handler)
    assert.equal(typeof wrapped, typeof other)
  })

  test('makes a decorator for one view', async () => {
    const handOver: DownloadDecorator<{ prefix: string }> = <P extends Params>(
      view: DownloadHandler<P>,
      { prefix }: { prefix: string },
    ) => new HandOver(prefix).wrap(view)
    const serve = toFetchHandler(handOver(HelloView.asView(), { prefix: '/decorated/' }))
    const response = await serve(new Request('http://localhost/'))
    assert.equal(response.headers.get('X-Redirect'), '/decorated/hello-world.txt')
  })
})
