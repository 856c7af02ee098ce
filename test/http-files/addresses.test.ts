import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { UpstreamError } from '../../src/errors.js'
import { HttpClient, type HttpClientOptions } from '../../src/files/http/client.js'
import { HttpFile } from '../../src/files/http/file.js'
import { HttpDownloadView } from '../../src/views/http.js'
import { rawRequest } from '../http/raw.js'
import { serve } from '../http/serve.js'
import { type Answer, goodAnswer, startScriptedOrigin } from './scripted-origin.js'

const BYTES = Buffer.from('0123456789')

/** Tries to have a file of an address, and gives the error. */
async function errorOf(url: string, options?: HttpClientOptions): Promise<UpstreamError> {
  const client = options === undefined ? HttpClient.default : new HttpClient(options)
  if (options !== undefined) after(() => client.close())
  const error = await new HttpFile(url, { client }).stat().catch((reason) => reason)
  assert.ok(error instanceof UpstreamError, `It gave ${JSON.stringify(error)}`)
  return error
}

describe('an address that users may have chosen', () => {
  test('is not asked when it leads to this machine, however it is written', async () => {
    const there = await startScriptedOrigin(goodAnswer(BYTES))
    const { port } = new URL(there.url)
    for (const host of [
      '127.0.0.1',
      'localhost',
      'LOCALHOST',
      '127.1',
      '0x7f.1',
      '0x7f000001',
      '2130706433',
      '0177.0.0.1',
      '127.0.0.1.',
      '１２７.０.０.１',
      '127。0。0。1',
      '0.0.0.0',
      '0',
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[0:0:0:0:0:ffff:127.0.0.1]',
      '[::127.0.0.1]',
      '[64:ff9b::127.0.0.1]',
      '[2002:7f00:1::]',
    ]) {
      const error = await errorOf(`http://${host}:${port}/file.bin`)
      assert.deepEqual([host, error.status, error.code], [host, 502, 'ADDRESS_REFUSED'])
    }
    assert.equal(there.connections(), 0)
  })

  test('is not asked when it leads into the network', async () => {
    for (const host of [
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '169.254.169.254',
      '[::ffff:169.254.169.254]',
      '0xa9fea9fe',
      '100.64.0.1',
      '192.0.0.1',
      '198.18.0.1',
      '224.0.0.1',
      '240.0.0.1',
      '255.255.255.255',
      '168.63.129.16',
      '[fe80::1]',
      '[fc00::1]',
      '[fd00:ec2::254]',
      '[fec0::1]',
      '[ff02::1]',
      '[2001:db8::1]',
      '[100::1]',
      '[4000::1]',
    ]) {
      assert.deepEqual([host, (await errorOf(`http://${host}/`)).code], [host, 'ADDRESS_REFUSED'])
    }
  })

  test('is not asked by other means than HTTP', async () => {
    for (const url of ['file:///etc/passwd', 'ftp://example.com/a', 'data:text/plain,a', 'javascript:a', 'blob:a']) {
      assert.deepEqual([url, (await errorOf(url)).code], [url, 'ADDRESS_REFUSED'])
    }
  })

  test('that is none is a fault, and no reason to end the process', async () => {
    for (const url of ['', '/file.bin', 'http://', 'http://a:99999/', 'http://[::1', 'no address']) {
      assert.throws(() => new HttpFile(url), UpstreamError, url)
    }
  })

  test('may have a part before the host that cannot be decoded', () => {
    assert.equal(new HttpFile('http://100%@host.example/50%.txt').url, 'http://host.example/50%.txt')
  })

  test('shows clients nothing but a 502', async () => {
    const there = await startScriptedOrigin(goodAnswer(BYTES))
    const { origin, faults } = await serve(HttpDownloadView.asView({ url: there.url }))
    const reply = await rawRequest(origin, { target: '/' })
    assert.deepEqual([reply.status, String(reply.body)], [502, 'Bad Gateway\n'])
    assert.match(String(faults[0]), /allowedHosts/)
    assert.equal(there.connections(), 0)
  })
})

describe('allowed hosts', () => {
  test('are the only ones that are asked', async () => {
    const there = await startScriptedOrigin(goodAnswer(BYTES))
    const { host } = new URL(there.url)
    for (const allowedHosts of [[host], ['127.0.0.1'], ['other.example', host]]) {
      const client = new HttpClient({ allowedHosts })
      after(() => client.close())
      assert.equal((await new HttpFile(there.url, { client }).stat()).size, 10)
    }
    for (const allowedHosts of [[], ['127.0.0.1:1'], ['localhost'], ['*.0.0.1'], ['example.com']]) {
      const expected = JSON.stringify(allowedHosts)
      assert.deepEqual([expected, (await errorOf(there.url, { allowedHosts })).code], [expected, 'ADDRESS_REFUSED'])
    }
    assert.equal(
      (await errorOf('http://127.0.0.1.nip.example/', { allowedHosts: ['127.0.0.1'] })).code,
      'ADDRESS_REFUSED',
    )
  })
})

/** Serves a file that is redirected; `{host}` in a location is that of the second server. */
async function redirected(location: string, options: { allowed?: 'both' | 'first'; status?: number } = {}) {
  const second = await startScriptedOrigin(goodAnswer(BYTES))
  const redirect: Answer = (res) =>
    res
      .writeHead(options.status ?? 302, { Location: location.replace('{host}', new URL(second.url).host) })
      .end('moved')
  const first = await startScriptedOrigin(redirect, (res, req) =>
    (req.url === '/loop' ? redirect : goodAnswer(BYTES))(res, req),
  )
  const hosts = [first, second].map(({ url }) => new URL(url).host)
  const client = new HttpClient({ allowedHosts: options.allowed === 'first' ? hosts.slice(0, 1) : hosts })
  after(() => client.close())
  const requestOptions = { headers: { Authorization: 'Bearer secret', 'X-Key': 'secret' } }
  const served = await serve(HttpDownloadView.asView({ url: first.url, client, requestOptions }))
  const reply = await rawRequest(served.origin, { target: '/', headers: { Range: 'bytes=1-2' } })
  return { reply, first, second }
}

describe('a redirect', () => {
  for (const status of [301, 302, 303, 307, 308]) {
    test(`by ${status} is followed, and takes no secrets to another server`, async () => {
      const { reply, first, second } = await redirected('http://{host}/elsewhere', { status })
      assert.deepEqual([reply.status, String(reply.body)], [206, '12'])
      assert.equal(reply.get('Content-Disposition'), 'attachment; filename="file.bin"')
      assert.equal(first.asked[0]?.headers.authorization, 'Bearer secret')
      const { authorization, 'x-key': key, range } = second.asked[0]?.headers ?? {}
      assert.deepEqual([authorization, key, range], [undefined, undefined, 'bytes=1-2'])
    })
  }

  test('on the same server keeps what goes along', async () => {
    const { reply, first } = await redirected('/other')
    assert.deepEqual([reply.status, first.asked[1]?.headers.authorization], [206, 'Bearer secret'])
  })

  test('to a host that is not allowed is not followed', async () => {
    const { reply, second } = await redirected('http://{host}/elsewhere', { allowed: 'first' })
    assert.deepEqual([reply.status, second.connections()], [502, 0])
  })

  for (const location of ['file:///etc/passwd', 'http://', 'http://[', 'gopher://{host}/']) {
    test(`to ${location} is not followed`, async () => {
      assert.equal((await redirected(location)).reply.status, 502)
    })
  }

  test('in a circle ends', async () => {
    const { reply, first } = await redirected('/loop')
    assert.deepEqual([reply.status, first.asked.length], [502, 6])
  })
})
