import assert, { AssertionError } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { VirtualFile } from '../files/virtual.js'
import { XSendfileMiddleware as ApacheMiddleware } from '../middleware/apache/middleware.js'
import { XSendfileMiddleware as LighttpdMiddleware } from '../middleware/lighttpd/middleware.js'
import { XAccelRedirectMiddleware, type XAccelRedirectOptions } from '../middleware/nginx/middleware.js'
import { DownloadResponse } from '../responses/download.js'
import { assertXAccelRedirect, type ExpectedXAccelRedirect } from './assert-x-accel-redirect.js'
import { assertXSendfile, type ExpectedXSendfile } from './assert-x-sendfile.js'
import { testRequest } from './test-request.js'

const file = new VirtualFile('x', { name: 'é 1.txt', url: '/media/%C3%A9%201.txt' })

describe('assertXAccelRedirect', () => {
  const redirectUrl = '/protected/%C3%A9%201.txt'
  for (const [options, right, wrong] of [
    [{}, { redirectUrl }, { redirectUrl: '/protected/e' }],
    [{}, { basename: 'é 1.txt' }, { basename: 'e_1.txt' }],
    [{}, { contentType: 'text/plain; charset=utf-8' }, { contentType: 'text/plain' }],
    [{}, { attachment: true }, { attachment: false }],
    [{}, { charset: 'utf-8' }, { charset: null }],
    [{}, { withBuffering: null }, { withBuffering: false }],
    [{ withBuffering: true }, { withBuffering: true }, { withBuffering: null }],
    [{ withBuffering: false }, { withBuffering: false }, { withBuffering: true }],
    [{}, { expires: null }, { expires: 0 }],
    [{ expires: 30 }, { expires: 30 }, { expires: 31 }],
    [{ expires: false }, { expires: false }, { expires: null }],
    [{}, { limitRate: null }, { limitRate: false }],
    [{ limitRate: 1000 }, { limitRate: 1000 }, { limitRate: 1 }],
    [{ limitRate: false }, { limitRate: false }, { limitRate: 0 }],
  ] as [Partial<XAccelRedirectOptions>, ExpectedXAccelRedirect, ExpectedXAccelRedirect][]) {
    test(`passes for ${JSON.stringify(right)} and fails for ${JSON.stringify(wrong)}`, async () => {
      const rule = { sourceUrl: '/media/', destinationUrl: '/protected/', ...options }
      const reply = () => handOver(new XAccelRedirectMiddleware(rule))
      await assertXAccelRedirect(reply(), right)
      await assert.rejects(assertXAccelRedirect(reply(), wrong), AssertionError)
    })
  }

  test('fails for a download that is streamed', async () => {
    const middleware = new XAccelRedirectMiddleware({ sourceUrl: '/other/', destinationUrl: '/protected/' })
    await assert.rejects(assertXAccelRedirect(handOver(middleware)), /not handed over: it has no X-Accel-Redirect/)
  })

  test('takes a web response as well', async () => {
    const response = new Response(null, { headers: { 'X-Accel-Redirect': '/a', 'X-Accel-Limit-Rate': 'off' } })
    await assertXAccelRedirect(response, { redirectUrl: '/a', limitRate: false, expires: null })
  })

  test('refuses what it cannot check', async () => {
    const wrong = { redirect_url: '/a' } as ExpectedXAccelRedirect
    await assert.rejects(assertXAccelRedirect(new Response(null), wrong), /cannot check "redirect_url"/)
  })
})

describe('assertXSendfile', () => {
  const rule = { sourceUrl: '/media/', destinationDir: '/srv/media' }
  for (const middleware of [new ApacheMiddleware(rule), new LighttpdMiddleware(rule)]) {
    for (const [right, wrong] of [
      [{ filePath: '/srv/media/é 1.txt' }, { filePath: '/srv/media/e' }],
      [{ basename: 'é 1.txt' }, { basename: '' }],
      [{ contentType: 'text/plain; charset=utf-8' }, { contentType: '' }],
      [{ attachment: true }, { attachment: false }],
    ] as [ExpectedXSendfile, ExpectedXSendfile][]) {
      test(`passes for ${JSON.stringify(right)} and fails for ${JSON.stringify(wrong)}`, async () => {
        await assertXSendfile(handOver(middleware), right)
        await assert.rejects(assertXSendfile(handOver(middleware), wrong), AssertionError)
      })
    }
  }

  test('fails for a download that is streamed', async () => {
    await assert.rejects(assertXSendfile(new DownloadResponse(file)), /not handed over: it has no X-Sendfile/)
  })
})

function handOver(middleware: XAccelRedirectMiddleware | ApacheMiddleware | LighttpdMiddleware) {
  return middleware.processDownloadResponse(new DownloadResponse(file), testRequest())
}
