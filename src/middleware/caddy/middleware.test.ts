import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { download, headerOf, requestWith, useFolder } from '../../../test/proxies/downloads.js'
import { HOSTILE_NAMES } from '../../../test/proxies/tree.js'
import { XAccelRedirectMiddleware, type XAccelRedirectOptions, xAccelRedirect } from './middleware.js'
import { XAccelRedirectResponse } from './response.js'

const path = useFolder(Object.fromEntries(HOSTILE_NAMES.map((name) => [`files/${name}`, ''])))
const RULE = { sourceDir: path('files'), sourceUrl: '/media/', destinationUrl: '/protected/' }

async function decide(told: Parameters<typeof download>[0], headers = {}) {
  const { outcome } = await new XAccelRedirectMiddleware(RULE).decide(download(told), requestWith(headers))
  return outcome
}

describe('the address', () => {
  for (const name of HOSTILE_NAMES) {
    const isTold = !/[\t\r\n%?#]| $/.test(name)
    test(`of ${JSON.stringify(name)} is ${isTold ? 'its very bytes' : 'never sent, so that the file is streamed'}`, async () => {
      const outcome = await decide({ path: path(`files/${name}`) })
      assert.equal(outcome instanceof XAccelRedirectResponse, isTold)
      if (!(outcome instanceof XAccelRedirectResponse)) return
      assert.equal(outcome.redirectUrl, `/protected/${name}`)
      assert.equal(Buffer.from(headerOf(outcome, 'X-Accel-Redirect') ?? '', 'latin1').toString(), `/protected/${name}`)
    })
  }

  test('of a file that is found by its url is decoded, without the query', async () => {
    const outcome = await decide({ url: '/media/a%20b/c.txt?X-Signature=abc' })
    assert.equal(headerOf(outcome, 'X-Accel-Redirect'), '/protected/a b/c.txt')
  })
})

test('conditions are for Caddy, whose validators are its own', async () => {
  assert.ok(
    (await decide({ url: '/media/a.txt' }, { 'If-None-Match': '"tag"' })) instanceof XAccelRedirectResponse,
    'It was streamed.',
  )
})

test('a decorator puts the rule around one view', async () => {
  const view = xAccelRedirect(() => download({ url: '/media/a.txt' }), RULE)
  assert.equal(headerOf(await view(requestWith()), 'X-Accel-Redirect'), '/protected/a.txt')
})

test('a wrong rule is refused, and named', () => {
  const rule = { sourceUrl: '/media/' } as XAccelRedirectOptions
  assert.throws(() => new XAccelRedirectMiddleware(rule), /XAccelRedirectMiddleware: destinationUrl must be a path/)
  assert.throws(() => new XAccelRedirectMiddleware({ ...RULE, sourceDir: 'a' }, 'rule 2'), /rule 2: sourceDir must be/)
})
