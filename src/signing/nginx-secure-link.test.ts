import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { type NginxLinkOptions, NginxSecureLink, type NginxSecureLinkOptions } from './nginx-secure-link.js'

const SECRET = 'n'.repeat(32)
const OTHER_SECRET = 'o'.repeat(32)
const NOW = Date.UTC(2026, 10, 1)
const EXPIRES = NOW / 1000 + 3600

function signerFor(options: Partial<NginxSecureLinkOptions> = {}): NginxSecureLink {
  return new NginxSecureLink({
    secrets: [SECRET],
    location: '/media/',
    files: '/srv/media',
    stableFor: 1,
    now: () => NOW,
    ...options,
  })
}

const signer = signerFor()

/** What nginx computes of the parts of a request. */
function hashOf(...parts: readonly string[]): string {
  return createHash('md5')
    .update([SECRET, ...parts, SECRET].join(' '))
    .digest('base64url')
}

const signatureOf = (url: string) => new URL(url, 'http://localhost').searchParams.get('signature')

describe('a link for nginx', () => {
  test('is signed over the path as nginx decodes it', () => {
    const url = signer.sign('/media/a%20b%25%3f.txt')
    assert.match(url, /^\/media\/a%20b%25%3f\.txt\?expires=\d+&key=[0-9a-f]{8}&signature=[\w-]{22}$/)
    assert.equal(signatureOf(url), hashOf(String(EXPIRES), '/media/a b%?.txt', ''))
  })

  test('may have parameters and a fragment of its own, and a host', () => {
    const url = signer.sign('https://files.example/media/a.pdf?v=2#page=3', { disposition: 'attachment' })
    assert.match(url, /^https:\/\/files\.example\/media\/a\.pdf\?v=2&expires=\d+&disposition=attachment&key=.*#page=3$/)
    assert.equal(signatureOf(url), hashOf(String(EXPIRES), '/media/a.pdf', 'attachment'))
  })

  test('can be for one client alone, whose address is written as nginx does', () => {
    const bound = signerFor({ bindRemoteAddress: true })
    for (const [given, written] of [
      ['192.0.2.1', '192.0.2.1'],
      ['::ffff:192.0.2.1', '192.0.2.1'],
      ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ] as const) {
      const url = bound.sign('/media/a.txt', { remoteAddress: given })
      assert.equal(signatureOf(url), hashOf(String(EXPIRES), '/media/a.txt', written, ''))
    }
  })

  test('names the secret by a key that tells nothing of it, and stays the same', () => {
    const key = (url: string) => new URL(url, 'http://localhost').searchParams.get('key')
    const rotated = signerFor({ secrets: [OTHER_SECRET, SECRET] })
    assert.equal(key(signer.sign('/media/a')), key(signer.sign('/media/b')))
    assert.notEqual(key(rotated.sign('/media/a')), key(signer.sign('/media/a')))
    for (const url of [signer.sign('/media/a'), rotated.sign('/media/a')]) {
      assert.ok(rotated.config().includes(`"${key(url)}"`), 'a key that nginx does not know')
    }
  })
})

describe('the configuration for nginx', () => {
  test('has the location, the folder and all secrets', () => {
    const text = signerFor({ secrets: [SECRET, OTHER_SECRET], location: '/media', files: '/srv/media/' }).config()
    for (const part of ['location ^~ /media/ {', 'alias "/srv/media/";', SECRET, OTHER_SECRET]) {
      assert.ok(text.includes(part), `${part} is missing in:\n${text}`)
    }
  })

  test('looks at the address of the client only when it is bound', () => {
    assert.ok(!signer.config().includes('$remote_addr'), 'an address that no link has')
    assert.ok(
      signerFor({ bindRemoteAddress: true }).config().includes(' $uri $remote_addr $arg_disposition '),
      'no address',
    )
  })
})

describe('for nginx is refused', () => {
  for (const url of [
    '/other/a.txt',
    '/media',
    '/media/',
    '/mediaa.txt',
    '/media/folder/',
    '/media//a.txt',
    '/media/a b.txt',
    '/media/../secret.txt',
    '/media/a%2Fb.txt',
    '//media/a.txt',
    '/media/a.txt?expires=1',
    '/media/a.txt?EXPIRES=1',
    '/media/a.txt?Key=1',
    '/media/a.txt?signature=',
  ]) {
    test(`the address ${url}`, () => {
      assert.throws(() => signer.sign(url), { name: 'ConfigurationError', message: /NginxSecureLink cannot sign/ })
    })
  }

  test('an address of a client that is missing, or is none, or would be ignored', () => {
    const bound = signerFor({ bindRemoteAddress: true })
    for (const remoteAddress of [undefined, '', 'localhost', '192.0.2.1 x', 'fe80::1%eth0'] as string[]) {
      assert.throws(() => bound.sign('/media/a', { remoteAddress }), {
        name: 'ConfigurationError',
        message: /IP address/,
      })
    }
    assert.throws(() => signer.sign('/media/a', { remoteAddress: '192.0.2.1' }), /bindRemoteAddress/)
  })

  test('a disposition that is none', () => {
    const options = { disposition: 'inline; filename=x' } as unknown as NginxLinkOptions
    assert.throws(() => signer.sign('/media/a', options), { name: 'ConfigurationError', message: /disposition/ })
  })

  const SETUP: readonly (readonly [keyof NginxSecureLinkOptions, unknown])[] = [
    ['secrets', []],
    ['secrets', ['short']],
    ['secrets', [`$${SECRET}`]],
    ['secrets', [`${SECRET}"`]],
    ['secrets', [`${SECRET}\n`]],
    ['location', '/'],
    ['location', 'media'],
    ['location', '/media/../'],
    ['location', '/me dia/'],
    ['location', '/media/ { }'],
    ['location', undefined],
    ['files', 'media'],
    ['files', '/srv/../etc'],
    ['files', '/srv/"; }'],
    ['files', '/srv/$uri'],
    ['files', undefined],
    ['expiresIn', 0],
  ]
  for (const [option, value] of SETUP) {
    test(`the option ${option} of ${JSON.stringify(value)}`, () => {
      const message = option === 'secrets' ? /secret/ : new RegExp(option)
      assert.throws(() => signerFor({ [option]: value }), { name: 'ConfigurationError', message })
    })
  }
})
