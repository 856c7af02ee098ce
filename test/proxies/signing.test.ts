import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import {
  LighttpdSecdownload,
  type LinkSigner,
  NginxSecureLink,
  type NginxSecureLinkOptions,
  SignedStorage,
} from '../../src/middleware/signing/index.js'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { ask } from './client.js'
import { checkConfig, type ProxyServer, proxies, type RunningProxy, startProxy } from './servers.js'
import { contentOf, createTree, HOSTILE_NAMES, PLAIN } from './tree.js'

/** Links that the real servers check by themselves: there is no application at all. */

const tree = createTree()
const files = tree.path('files')
after(() => tree.remove())

const [NEW, OLD, STRANGE] = ['new', 'old', 'strange'].map((word) => word.padEnd(32, '-')) as [string, string, string]
const options = { secrets: [NEW, OLD], location: '/signed.files/', files }
const HOUR = 3_600_000

/** A server with the configuration that our signers write, and a page that tells when it is up. */
function serverWith(proxy: ProxyServer, config: (listen: string) => string): ProxyServer {
  return { ...proxy, writeConfig: ({ server }) => config(server?.listen ?? '') }
}

const bound: NginxSecureLinkOptions = { ...options, location: '/bound/', bindRemoteAddress: true }

const nginx = serverWith(
  proxies.nginx,
  (listen) => `
  server {
    listen ${listen};
    server_name localhost;
    # Lets the tests come from any address.
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Client;
    location = /up {
      return 204;
    }
    # Must not win over a location that is signed.
    location ~ \\.txt$ {
      root /;
    }
    ${new NginxSecureLink(options).config()}
    ${new NginxSecureLink(bound).config()}
  }`,
)

const lighttpd = serverWith(proxies.lighttpd, () => {
  const script = tree.path('links.lua')
  writeFileSync(script, new LighttpdSecdownload(options).script())
  writeFileSync(tree.path('up.lua'), 'return 204\n')
  chmodSync(script, 0o640)
  return `
    mimetype.assign = ( ".txt" => "text/plain", "" => "application/octet-stream" )
    ${new LighttpdSecdownload(options).config({ script })}
    $HTTP["url"] == "/up" {
      magnet.attract-raw-url-to = ( "${tree.path('up.lua')}" )
    }`
})

interface Case {
  readonly server: ProxyServer
  readonly signer: LinkSigner
  /** Its links have expired by now. */
  readonly late: LinkSigner
  readonly rotated: LinkSigner
  readonly stranger: LinkSigner
  /** Names that this server finds no file by. */
  readonly unknown: (name: string) => boolean
  /** Changes that another link would need another signature for. */
  readonly alter: Readonly<Record<string, (link: string) => string>>
}

const past = () => Date.now() - 2 * HOUR

const CASES: readonly Case[] = [
  {
    server: nginx,
    signer: new NginxSecureLink(options),
    late: new NginxSecureLink({ ...options, now: past }),
    rotated: new NginxSecureLink({ ...options, secrets: [OLD] }),
    stranger: new NginxSecureLink({ ...options, secrets: [STRANGE] }),
    unknown: () => false,
    alter: {
      'the signature is another one': (link) => link.replace(/signature=./, (start) => otherEnd(start)),
      'the signature is gone': (link) => link.replace(/&signature=.*/, ''),
      'the signature is empty': (link) => link.replace(/signature=.*/, 'signature='),
      'the expiry is later': (link) => link.replace(/expires=\d/, 'expires=9'),
      'the expiry is gone': (link) => link.replace(/expires=\d+&/, ''),
      'the expiry is spelled in another way': (link) => link.replace('expires=', 'expires=0'),
      'the expiry is huge': (link) => link.replace(/expires=\d+/, `expires=${'9'.repeat(30)}`),
      'the expiry is negative': (link) => link.replace('expires=', 'expires=-'),
      'the expiry is followed by another': (link) => link.replace(/expires=(\d+)/, 'expires=$1,9999999999'),
      'another expiry comes first': (link) => link.replace('?', '?Expires=9999999999&'),
      'a disposition was added': (link) => `${link}&disposition=attachment`,
      'the key is another one': (link) => link.replace(/key=./, (start) => otherEnd(start)),
      'the key is gone': (link) => link.replace(/key=\w+&/, ''),
    },
  },
  {
    server: lighttpd,
    signer: new LighttpdSecdownload(options),
    late: new LighttpdSecdownload({ ...options, now: past }),
    rotated: new LighttpdSecdownload({ ...options, secrets: [OLD] }),
    stranger: new LighttpdSecdownload({ ...options, secrets: [STRANGE] }),
    // biome-ignore lint/suspicious/noControlCharactersInRegex: lighttpd takes no address with such a one.
    unknown: (name) => /[\u0000-\u001f\u007f]/.test(name),
    alter: {
      'the signature is another one': (link) => link.replace(/files\/./, (start) => otherEnd(start)),
      'the signature ends in another way': (link) => link.replace(/(?<=files\/.{42})./, (end) => otherEnd(end)),
      'the signature is gone': (link) => link.replace(/files\/[^/]+\//, 'files/'),
      'the signature is cut': (link) => link.replace(/files\/./, 'files/'),
      'the time is later': (link) => link.replace(/\/[0-9a-f]{8}\//, '/7fffffff/'),
      'the time is in capitals': (link) =>
        link.replace(/\/[0-9a-f]{8}\//, (time) => time.toUpperCase().replace(/^[^A-F]*$/, '/AAAAAAAA/')),
      'the time is gone': (link) => link.replace(/\/[0-9a-f]{8}\//, '/'),
    },
  },
]

for (const { server, signer, late, rotated, stranger, unknown, alter } of CASES) {
  describe(`${server.name} checks links by itself`, () => {
    const storage = new FileSystemStorage({ root: files, baseUrl: '/signed.files/', dotfiles: 'allow' })
    const signed = new SignedStorage(storage, { signer })
    const linkTo = (key: string, by: LinkSigner = signer) => by.sign(storage.url(key) as string)
    let proxy: RunningProxy
    const get = (link: string, headers?: Record<string, string>) => ask(proxy.origin, link, { headers })

    before(async () => {
      proxy = await startProxy(server, NO_RULES)
    })
    after(() => proxy.stop())

    test('by a configuration that it finds no fault with', async () => {
      assert.equal(await checkConfig(server, NO_RULES), '')
    })

    test('and sends the file of a good one', async () => {
      const reply = await get(signed.url('plain.txt') as string)
      assert.equal(reply.status, 200)
      assert.equal(reply.body.toString(), PLAIN)
      assert.equal(reply.get('content-type'), 'text/plain')
      assert.equal(reply.get('cache-control'), 'private, no-cache')
      assert.equal(reply.get('x-content-type-options'), 'nosniff')
      assert.equal(reply.get('content-disposition'), undefined)
    })

    test('answers HEAD and ranges of it', async () => {
      const link = linkTo('plain.txt')
      const head = await ask(proxy.origin, link, { method: 'HEAD' })
      assert.deepEqual([head.status, head.get('content-length')], [200, String(PLAIN.length)])
      const part = await get(link, { Range: 'bytes=4-8' })
      assert.deepEqual([part.status, part.body.toString()], [206, PLAIN.slice(4, 9)])
      const again = await get(link, { 'If-None-Match': (await get(link)).get('etag') as string })
      assert.equal(again.status, 304)
    })

    for (const name of HOSTILE_NAMES) {
      const key = `hostile/${name}`
      if (name.includes('\\')) continue
      test(`whatever the name: ${JSON.stringify(name)}`, async () => {
        const link = linkTo(key)
        const reply = await get(link)
        if (unknown(name)) {
          assert.equal(reply.status, 400)
          return
        }
        assert.equal(reply.status, 200)
        assert.equal(reply.body.toString(), contentOf(name))
        // The signature of one name is good for no other.
        assert.equal((await get(link.replace('/hostile/', '/hostile/x'))).status, 403)
      })
    }

    test('takes a link of the secret before this one, and none of another', async () => {
      assert.equal((await get(linkTo('plain.txt', rotated))).status, 200)
      assert.equal((await get(linkTo('plain.txt', stranger))).status, 403)
    })

    test('takes no link that has expired', async () => {
      assert.equal((await get(linkTo('plain.txt', late))).status, 410)
    })

    test('takes no address without a signature', async () => {
      for (const key of ['plain.txt', 'hostile/a b.txt', 'missing.txt']) {
        assert.equal((await get(storage.url(key) as string)).status, 403, key)
      }
      assert.notEqual((await get('/signed.files')).status, 200)
      assert.equal((await get('/signed.files/')).status, 403)
    })

    test('takes the signature of one file for no other', async () => {
      const link = linkTo('plain.txt')
      for (const other of ['empty.txt', 'plain.txt/', 'plain.txt%00', 'Plain.txt', '../files-private/plain.txt']) {
        const reply = await get(link.replace('plain.txt', other))
        assert.ok(reply.status >= 400, `${other}: ${reply.status}`)
      }
    })

    for (const [change, altered] of Object.entries(alter)) {
      test(`takes no link when ${change}`, async () => {
        const link = linkTo('plain.txt')
        assert.notEqual(altered(link), link, 'nothing was changed')
        assert.equal((await get(altered(link))).status, 403)
        assert.equal((await get(link)).status, 200)
      })
    }

    test('says nothing of files that are not there', async () => {
      assert.equal((await get(linkTo('missing.txt'))).status, 404)
    })
  })
}

describe('nginx checks', () => {
  let proxy: RunningProxy
  const signer = new NginxSecureLink(options)
  const get = (link: string, headers?: Record<string, string>) => ask(proxy.origin, link, { headers })
  before(async () => {
    proxy = await startProxy(nginx, NO_RULES)
  })
  after(() => proxy.stop())

  test('how the file is shown, and tells it the browser', async () => {
    for (const disposition of ['attachment', 'inline'] as const) {
      const link = signer.sign('/signed.files/plain.txt', { disposition })
      const reply = await get(link)
      assert.deepEqual([reply.status, reply.get('content-disposition')], [200, disposition])
      assert.equal((await get(link.replace(disposition, 'inline;x'))).status, 403)
      assert.equal((await get(link.replace(`&disposition=${disposition}`, ''))).status, 403)
    }
  })

  test('whose link it is', async () => {
    const client = new NginxSecureLink(bound)
    assert.equal((await get(client.sign('/bound/plain.txt', { remoteAddress: '127.0.0.1' }))).status, 200)
    assert.equal((await get(client.sign('/bound/plain.txt', { remoteAddress: '::ffff:127.0.0.1' }))).status, 200)
    assert.equal((await get(client.sign('/bound/plain.txt', { remoteAddress: '192.0.2.1' }))).status, 403)
    const unbound = signer.sign('/signed.files/plain.txt')
    assert.equal((await get(unbound.replace('/signed.files/', '/bound/'))).status, 403)
  })

  for (const address of [
    '192.0.2.1',
    '::1',
    '2001:db8::1',
    '2001:DB8:0:0:0:0:0:1',
    '2001:db8:0:1:1:1:1:1',
    '2001:db8:0:0:1:0:0:1',
    '2001:0:0:1:0:0:0:1',
    '1:2:3:4:5:6:0:0',
    '0:0:3:4:5:6:7:8',
    'fe80:0001::00ff',
  ]) {
    test(`whose link it is, also for ${address}`, async () => {
      const link = new NginxSecureLink(bound).sign('/bound/plain.txt', { remoteAddress: address })
      assert.equal((await get(link, { 'X-Client': address })).status, 200)
      assert.equal((await get(link, { 'X-Client': '2001:db8::2' })).status, 403)
      assert.equal((await get(link)).status, 403)
    })
  }

  test('that a key is one of its own: the secret of any other would be empty, and known to everybody', async () => {
    const expires = Math.floor(Date.now() / 1000) + 60
    const signature = createHash('md5').update(` ${expires} /signed.files/plain.txt  `).digest('base64url')
    for (const key of ['key=00000000&', 'key=&', '']) {
      const link = `/signed.files/plain.txt?expires=${expires}&${key}signature=${signature}`
      assert.equal((await get(link)).status, 403)
    }
  })
})

/** The servers' rules for hand-over are of no concern here. */
const NO_RULES = { backend: 'none', rules: [] } as const

/** The same text with another last character. */
function otherEnd(text: string): string {
  return text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')
}
