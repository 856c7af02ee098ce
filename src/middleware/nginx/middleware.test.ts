import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { download, headerOf, LAST_MODIFIED, requestWith, useFolder } from '../../../test/proxies/downloads.js'
import { HOSTILE_NAMES } from '../../../test/proxies/tree.js'
import { XAccelRedirectMiddleware, type XAccelRedirectOptions, xAccelRedirect } from './middleware.js'
import { XAccelRedirectResponse } from './response.js'

const files = HOSTILE_NAMES.map((name) => [`files/${name}`, ''])
const path = useFolder(Object.fromEntries(files))
const RULE = { sourceDir: path('files'), sourceUrl: '/media/', destinationUrl: '/protected/' }

async function redirect(told: Parameters<typeof download>[0], rule: Partial<XAccelRedirectOptions> = {}) {
  const middleware = new XAccelRedirectMiddleware({ ...RULE, ...rule })
  return headerOf(await middleware.processDownloadResponse(download(told), requestWith()), 'X-Accel-Redirect')
}

describe('the address', () => {
  for (const name of HOSTILE_NAMES) {
    test(`of ${JSON.stringify(name)} is decoded to that name, and has nothing that is read as something else`, async () => {
      const address = (await redirect({ path: path(`files/${name}`) })) ?? ''
      assert.match(address, /^\/protected\/(?:[\w.~!'()*-]|%[\dA-F]{2})+$/)
      assert.equal(decodeURIComponent(address), `/protected/${name}`)
    })
  }

  test('of a file that is found by its url is encoded once, with its query', async () => {
    assert.equal(await redirect({ url: '/media/a%20b/%25.txt?v=%20' }), '/protected/a%20b/%25.txt?v=%20')
  })

  test('does not depend on a separator at the end of the rule', async () => {
    for (const destinationUrl of ['/protected', '/protected/']) {
      assert.equal(await redirect({ url: '/media/a.txt' }, { destinationUrl }), '/protected/a.txt')
    }
  })
})

test('the options of the rule go along', async () => {
  const rule = { ...RULE, expires: 60, withBuffering: false, limitRate: 1000 }
  const outcome = await new XAccelRedirectMiddleware(rule).processDownloadResponse(
    download({ url: '/media/a.txt' }),
    requestWith(),
  )
  assert.ok(outcome instanceof XAccelRedirectResponse, 'It is no XAccelRedirectResponse.')
  assert.equal(headerOf(outcome, 'X-Accel-Expires'), '60')
  assert.equal(headerOf(outcome, 'X-Accel-Buffering'), 'no')
  assert.equal(headerOf(outcome, 'X-Accel-Limit-Rate'), '1000')
  assert.equal(headerOf(outcome, 'X-Accel-Charset'), 'utf-8')
})

test('conditions are for nginx, whose validators are its own', async () => {
  const middleware = new XAccelRedirectMiddleware(RULE)
  for (const headers of [
    { 'If-None-Match': '"tag"' },
    { 'If-Match': '"other"' },
    { 'If-Modified-Since': LAST_MODIFIED },
  ]) {
    const outcome = await middleware.processDownloadResponse(download({ url: '/media/a.txt' }), requestWith(headers))
    assert.ok(outcome instanceof XAccelRedirectResponse, 'It is no XAccelRedirectResponse.')
  }
})

test('a decorator puts the rule around one view', async () => {
  const view = xAccelRedirect(() => download({ url: '/media/a.txt' }), RULE)
  assert.equal(headerOf(await view(requestWith()), 'X-Accel-Redirect'), '/protected/a.txt')
  assert.throws(
    () => xAccelRedirect(() => download(), { ...RULE, sourceDir: 'files' }),
    /^ConfigurationError: xAccelRedirect\(\): sourceDir/,
  )
})

describe('a wrong rule', () => {
  for (const [option, value, message] of [
    ['destinationUrl', undefined, /^rule 2: destinationUrl must be a path/],
    ['limitRate', -1, 'rule 2: limitRate must be a whole number of 0 or more, got -1.'],
    ['limitRate', '1k', 'rule 2: limitRate must be a whole number of 0 or more, got "1k".'],
    ['expires', Number.NaN, 'rule 2: expires must be a whole number of 0 or more, got NaN.'],
    ['expires', '1h', 'rule 2: expires must be a whole number of 0 or more, got "1h".'],
    ['expires', new Date(Number.NaN), 'rule 2: expires is no valid Date.'],
    ['withBuffering', 'no', 'rule 2: withBuffering must be true or false, got "no".'],
  ] as const) {
    test(`is refused: ${option} ${String(value)}`, () => {
      const rule = { ...RULE, [option]: value } as XAccelRedirectOptions
      assert.throws(() => new XAccelRedirectMiddleware(rule, 'rule 2'), { name: 'ConfigurationError', message })
    })
  }

  test('is named after the class where there is no list of rules', () => {
    const rule = { sourceUrl: '/media/' } as XAccelRedirectOptions
    assert.throws(() => new XAccelRedirectMiddleware(rule), /XAccelRedirectMiddleware: destinationUrl must be/)
  })
})
