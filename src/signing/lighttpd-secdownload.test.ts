import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import { LighttpdSecdownload, type LighttpdSecdownloadOptions } from './lighttpd-secdownload.js'

const SECRET = 'l'.repeat(32)
const NOW = Date.UTC(2026, 10, 1)

function signerFor(options: Partial<LighttpdSecdownloadOptions> = {}): LighttpdSecdownload {
  return new LighttpdSecdownload({
    secrets: [SECRET],
    location: '/media/',
    files: '/srv/media',
    stableFor: 1,
    now: () => NOW,
    ...options,
  })
}

const signer = signerFor()

function macOf(text: string): string {
  return createHmac('sha256', SECRET).update(text).digest('base64url')
}

describe('a link for lighttpd', () => {
  test('has the form of mod_secdownload, signed over the name as lighttpd decodes it', () => {
    const time = (NOW / 1000 + 3600 - 86_400).toString(16)
    const url = signer.sign('/media/folder/a%20b%25.txt')
    assert.equal(url, `/media/${macOf(`/${time}/folder/a b%.txt`)}/${time}/folder/a%20b%25.txt`)
  })

  test('ends when the timeout of the server, counted from its time, is over', () => {
    const url = signerFor({ timeout: 7200 }).sign('/media/a', { expiresIn: 60 })
    const time = Number.parseInt(url.split('/')[3] as string, 16)
    assert.equal(time + 7200, NOW / 1000 + 60)
  })

  test('may have parameters, a fragment and a host', () => {
    const url = signer.sign('https://files.example/media/a.pdf?v=2#page=3')
    assert.match(url, /^https:\/\/files\.example\/media\/[\w-]{43}\/[0-9a-f]{8}\/a\.pdf\?v=2#page=3$/)
  })
})

describe('the configuration for lighttpd', () => {
  test('runs the script for the location, whose dots are dots', () => {
    const text = signerFor({ location: '/me.dia' }).config({ script: '/etc/lighttpd/links.lua' })
    assert.ok(text.includes('"^/me\\.dia/"'), text)
    assert.ok(text.includes('( "/etc/lighttpd/links.lua" )'), text)
  })

  test('has the location, the folder, the timeout and all secrets in its script', () => {
    const script = signerFor({ secrets: [SECRET, 'o'.repeat(32)], files: '/srv/media/', timeout: 7200 }).script()
    const parts = [`{ "${SECRET}", "${'o'.repeat(32)}" }`, '"/media/"', 'files = "/srv/media"', 'timeout = 7200']
    for (const part of parts) assert.ok(script.includes(part), `${part} is missing in:\n${script}`)
  })
})

describe('for lighttpd is refused', () => {
  for (const url of ['/other/a.txt', '/media/', '/media//a', '/media/a/', '/media/../a', '/media/a%2Fb', '/media/ü']) {
    test(`the address ${url}`, () => {
      assert.throws(() => signer.sign(url), { name: 'ConfigurationError', message: /LighttpdSecdownload cannot sign/ })
    })
  }

  test('a link that could live longer than the timeout of the server', () => {
    assert.throws(() => signer.sign('/media/a', { expiresIn: 86_400 }), {
      name: 'ConfigurationError',
      message: /timeout/,
    })
    assert.throws(() => signerFor({ expiresIn: 80_000, stableFor: 7_000 }), {
      name: 'ConfigurationError',
      message: /timeout/,
    })
    assert.match(signer.sign('/media/a', { expiresIn: 86_399 }), /^\/media\//)
  })

  const SETUP: readonly (readonly [keyof LighttpdSecdownloadOptions, unknown])[] = [
    ['secrets', ['short']],
    ['secrets', [`${SECRET}" }`]],
    ['location', '/media/"'],
    ['files', '/srv/"'],
    ['files', '/srv\\'],
    ['timeout', 0],
    ['timeout', Number.NaN],
    ['timeout', 315_576_001],
  ]
  for (const [option, value] of SETUP) {
    test(`the option ${option} of ${JSON.stringify(value)}`, () => {
      const message = option === 'secrets' ? /secret/ : new RegExp(option)
      assert.throws(() => signerFor({ [option]: value }), { name: 'ConfigurationError', message })
    })
  }

  test('a script whose path could not be written', () => {
    for (const script of ['links.lua', '/etc/"', undefined] as string[]) {
      assert.throws(() => signer.config({ script }), { name: 'ConfigurationError', message: /script/ })
    }
  })
})
