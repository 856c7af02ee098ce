import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { download, headerOf, requestWith, useFolder } from '../../../test/proxies/downloads.js'
import { HOSTILE_NAMES } from '../../../test/proxies/tree.js'
import { XLiteSpeedLocationMiddleware, type XLiteSpeedLocationOptions, xLiteSpeedLocation } from './middleware.js'
import { XLiteSpeedLocationResponse } from './response.js'

const path = useFolder(Object.fromEntries(HOSTILE_NAMES.map((name) => [`files/${name}`, ''])))
const RULE = { sourceDir: path('files'), sourceUrl: '/media/', destinationUrl: '/protected/' }

async function location(told: Parameters<typeof download>[0]) {
  const middleware = new XLiteSpeedLocationMiddleware(RULE)
  const outcome = await middleware.processDownloadResponse(download(told), requestWith())
  assert.ok(outcome instanceof XLiteSpeedLocationResponse, 'It is no XLiteSpeedLocationResponse.')
  return headerOf(outcome, 'X-LiteSpeed-Location')
}

describe('the address', () => {
  for (const name of HOSTILE_NAMES) {
    test(`of ${JSON.stringify(name)} is decoded to that name`, async () => {
      const address = (await location({ path: path(`files/${name}`) })) ?? ''
      assert.match(address, /^\/protected\/(?:[\w.~!'()*-]|%[\dA-F]{2})+$/)
      assert.equal(decodeURIComponent(address), `/protected/${name}`)
    })
  }

  test('of a file that is found by its url has its query', async () => {
    assert.equal(await location({ url: '/media/a%20b.txt?v=1' }), '/protected/a%20b.txt?v=1')
  })
})

test('a decorator puts the rule around one view', async () => {
  const view = xLiteSpeedLocation(() => download({ url: '/media/a.txt' }), RULE)
  assert.equal(headerOf(await view(requestWith()), 'X-LiteSpeed-Location'), '/protected/a.txt')
})

test('a wrong rule is refused, and named', () => {
  const rule = { sourceUrl: '/media/' } as XLiteSpeedLocationOptions
  assert.throws(() => new XLiteSpeedLocationMiddleware(rule), /XLiteSpeedLocationMiddleware: destinationUrl must be/)
})
