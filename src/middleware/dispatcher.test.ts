import assert from 'node:assert/strict'
import { test } from 'node:test'
import { download, headerOf, requestWith } from '../../test/proxies/downloads.js'
import { EmptyResponse } from '../responses/empty.js'
import { BaseDownloadMiddleware } from './base.js'
import { DownloadDispatcherMiddleware } from './dispatcher.js'
import { XAccelRedirectMiddleware } from './nginx/middleware.js'

const rule = (sourceUrl: string, destinationUrl: string) => new XAccelRedirectMiddleware({ sourceUrl, destinationUrl })

test('the first that takes a download over wins', async () => {
  const dispatcher = new DownloadDispatcherMiddleware([
    rule('/other/', '/0/'),
    rule('/media/', '/1/'),
    rule('/media/deep/', '/2/'),
  ])
  const outcome = await dispatcher.processResponse(download({ url: '/media/deep/a.txt' }), requestWith())
  assert.equal(headerOf(outcome, 'X-Accel-Redirect'), '/1/deep/a.txt')
})

test('those behind it are not asked', async () => {
  const asked: string[] = []
  class Witness extends BaseDownloadMiddleware {
    override processDownloadResponse(response: ReturnType<typeof download>) {
      asked.push(response.basename)
      return response
    }
  }
  const dispatcher = new DownloadDispatcherMiddleware([new Witness(), rule('/media/', '/1/'), new Witness()])
  await dispatcher.processResponse(download({ url: '/media/a.txt' }), requestWith())
  assert.deepEqual(asked, ['report.txt'])
})

test('a download may be exchanged for another on its way', async () => {
  class Rename extends BaseDownloadMiddleware {
    override processDownloadResponse() {
      return download({ url: '/media/renamed.txt' })
    }
  }
  const dispatcher = new DownloadDispatcherMiddleware([new Rename(), rule('/media/', '/1/')])
  const outcome = await dispatcher.processResponse(download({ url: '/media/a.txt' }), requestWith())
  assert.equal(headerOf(outcome, 'X-Accel-Redirect'), '/1/renamed.txt')
})

test('what none takes over, and what is no download, passes untouched', async () => {
  for (const dispatcher of [
    new DownloadDispatcherMiddleware([]),
    new DownloadDispatcherMiddleware([rule('/other/', '/0/')]),
  ]) {
    const response = download({ url: '/media/a.txt' })
    assert.equal(await dispatcher.processResponse(response, requestWith()), response)
    const empty = new EmptyResponse(404)
    assert.equal(await dispatcher.processResponse(empty, requestWith()), empty)
  }
})
