import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { download, headerOf, LAST_MODIFIED, requestWith, useFolder } from '../../../test/proxies/downloads.js'
import { HOSTILE_NAMES } from '../../../test/proxies/tree.js'
import { XSendfileMiddleware, type XSendfileOptions, xSendfile } from './middleware.js'
import { XSendfileResponse } from './response.js'

const path = useFolder(Object.fromEntries(HOSTILE_NAMES.map((name) => [`files/${name}`, ''])))

async function decide(told: Parameters<typeof download>[0], rule: XSendfileOptions, headers = {}) {
  const { outcome } = await new XSendfileMiddleware(rule).decide(download(told), requestWith(headers))
  return outcome
}

describe('the path', () => {
  for (const name of HOSTILE_NAMES) {
    const isTold = !/[\t\r\n]| $/.test(name)
    test(`of ${JSON.stringify(name)} is ${isTold ? 'its very bytes' : 'never sent, so that the file is streamed'}`, async () => {
      const outcome = await decide({ path: path(`files/${name}`) }, { sourceDir: path('files') })
      assert.equal(outcome instanceof XSendfileResponse, isTold)
      if (!(outcome instanceof XSendfileResponse)) return
      assert.equal(outcome.filePath, path(`files/${name}`))
      assert.equal(Buffer.from(headerOf(outcome, 'X-Sendfile') ?? '', 'latin1').toString(), path(`files/${name}`))
    })
  }

  test('of a file that is found by its url is decoded, without the query', async () => {
    const rule = { sourceUrl: '/media/', destinationDir: '/mnt/media/' }
    const outcome = await decide({ url: '/media/a%20b/%2541.txt?X-Signature=abc' }, rule)
    assert.equal(headerOf(outcome, 'X-Sendfile'), '/mnt/media/a b/%41.txt')
  })

  test('is the one that Apache sees, where that is another', async () => {
    const rule = { sourceDir: path('files'), destinationDir: '/mnt/files' }
    const outcome = await decide({ path: path('files/plain.txt') }, rule)
    assert.equal(headerOf(outcome, 'X-Sendfile'), '/mnt/files/plain.txt')
  })
})

test('ranges are offered: Apache serves them, but does not say so', async () => {
  const outcome = await decide({ path: path('files/plain.txt') }, { sourceDir: path('files') })
  assert.equal(headerOf(outcome, 'Accept-Ranges'), 'bytes')
  assert.equal(headerOf(outcome, 'ETag'), '"tag"')
})

test('conditions are answered here, since the validators are ours', async () => {
  for (const headers of [
    { 'If-None-Match': '"tag"' },
    { 'If-Match': '"other"' },
    { 'If-Modified-Since': LAST_MODIFIED },
    { Range: 'bytes=99-' },
  ]) {
    const outcome = await decide({ path: path('files/plain.txt') }, { sourceDir: path('files') }, headers)
    assert.ok(!(outcome instanceof XSendfileResponse), JSON.stringify(headers))
  }
})

test('a decorator puts the rule around one view', async () => {
  const rule = { sourceUrl: '/media/', destinationDir: '/mnt' }
  const view = xSendfile(() => download({ url: '/media/a.txt' }), rule)
  assert.equal(headerOf(await view(requestWith()), 'X-Sendfile'), '/mnt/a.txt')
  assert.throws(
    () => xSendfile(() => download(), { sourceUrl: '/media/' }),
    /^ConfigurationError: xSendfile\(\) has a sourceUrl but no destinationDir/,
  )
})

test('a wrong rule is refused, and named', () => {
  assert.throws(
    () => new XSendfileMiddleware({ sourceDir: 'files' }),
    /XSendfileMiddleware: sourceDir must be absolute/,
  )
  const rule = { sourceDir: '/srv/files', destinationDir: '/mnt/../etc' }
  assert.throws(
    () => new XSendfileMiddleware(rule, 'rule 2'),
    /rule 2: destinationDir must be an absolute path without "\.\."/,
  )
})
