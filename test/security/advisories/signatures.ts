import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { requireSignature, UrlSigner } from '../../../src/middleware/signing/index.js'
import { PathDownloadView } from '../../../src/views/path.js'
import { type Attacked, useKeptSite } from '../suite.js'

/** A link that is not the one that was signed, in whatever way, is a 403: never a file, and never a fault. */
export function signatures({ adapter, fixtures }: Attacked): void {
  describe('signatures', () => {
    const view = PathDownloadView.asView({ root: `${fixtures.root}/telling` })
    const guarded = requireSignature(view, { signer, user: ({ headers }) => headers.get('x-user') ?? undefined })
    const open = useKeptSite(adapter, requireSignature(view, { signer }), '/files/*path')
    const personal = useKeptSite(adapter, guarded, '/files/*path')

    test('CVE-2020-15237: no signature that is missing, cut, repeated, of another alphabet or type gets a file, or more than a 403', async () => {
      const good = signer.sign(PATH)
      assert.equal((await open.ask(good)).status, 200)
      const answers = new Set<string>()
      for (const [what, target] of badLinks(good)) {
        for (const method of ['GET', 'HEAD']) {
          const reply = await open.ask(target, { method })
          assert.equal(reply.status, 403, `${method}, ${what}: ${target}`)
          assert.equal(reply.get('Content-Disposition'), undefined, what)
          assert.ok(!reply.body.includes('content of'), what)
          if (method === 'GET') answers.add(reply.body.toString().replaceAll(target.replaceAll('&', '&amp;'), ''))
        }
      }
      assert.equal(answers.size, 1, `The answers tell what was wrong: ${[...answers].join(' | ')}`)
    })

    test('rails#55865: no link is good once it has expired, once its secret was taken back, or for another user, file or method', async () => {
      const forAnn = signer.sign(PATH, { user: 'ann' })
      const as = async (user: string | undefined, target: string) =>
        (await personal.ask(target, { headers: user === undefined ? {} : { 'X-User': user } })).status
      assert.equal(await as('ann', forAnn), 200)
      assert.equal(await as('bob', forAnn), 403)
      assert.equal(await as('ANN', forAnn), 403)
      assert.equal(await as(undefined, forAnn), 403)
      assert.equal(await as('ann', signer.sign(PATH)), 403)
      for (const [what, target] of [
        ['expired', past.sign(PATH)],
        ['revoked', revoked.sign(PATH)],
        ['for another file', signer.sign('/files/a.txt').replace('/a.txt', '/public/a.txt')],
        ['for another method', signer.sign(PATH, { method: 'PUT' })],
        ['for a user', forAnn],
      ] as const) {
        assert.equal((await open.ask(target)).status, 403, what)
      }
      // Another spelling of the same file is the same file: it is no way to a link for another one.
      assert.equal((await open.ask(signer.sign(PATH).replace('public', '%70ublic'))).status, 200)
    })
  })
}

const PATH = '/files/public/a.txt'
const SECRETS = ['a secret of at least 32 characters']
const signer = new UrlSigner({ secrets: SECRETS })
const past = new UrlSigner({ secrets: SECRETS, now: () => Date.now() - 7_200_000 })
const revoked = new UrlSigner({ secrets: ['a secret that was in use until now..'] })

/** Links that were made from a good one. */
function badLinks(good: string): [what: string, target: string][] {
  const { searchParams } = new URL(good, 'http://localhost')
  const signature = searchParams.get('signature') ?? ''
  const expires = searchParams.get('expires') ?? ''
  const link = (query: string) => `${PATH}?${query}`
  const signed = (value: string) => link(`expires=${expires}&signature=${value}`)
  const until = (value: string) => link(`expires=${value}&signature=${signature}`)
  return [
    ['no query', PATH],
    ['an empty query', link('')],
    ['no signature', link(`expires=${expires}`)],
    ['no expiry', link(`signature=${signature}`)],
    ...Array.from({ length: signature.length }, (_, length): [string, string] => [
      `cut to ${length}`,
      signed(signature.slice(0, length)),
    ]),
    ['longer', signed(`${signature}A`)],
    ['padded', signed(`${signature}=`)],
    ['padded and encoded', signed(`${signature}%3D`)],
    ['in capitals', signed(signature.toUpperCase())],
    ['in small letters', signed(signature.toLowerCase())],
    ['in hex', signed(Buffer.from(signature, 'base64url').toString('hex'))],
    ['in the other base64', signed(encodeURIComponent(`${Buffer.from(signature, 'base64url').toString('base64')}`))],
    [
      'its last character spelled in another way',
      signed(signature.slice(0, -1) + otherSpelling(signature.at(-1) ?? '')),
    ],
    [
      'full-width letters',
      signed(
        [...signature].map((each) => encodeURIComponent(String.fromCharCode(each.charCodeAt(0) + 0xfee0))).join(''),
      ),
    ],
    ['a NUL after it', signed(`${signature}%00`)],
    ['a NUL in it', signed(`${signature.slice(0, 20)}%00${signature.slice(21)}`)],
    ['a blank before it', signed(`%20${signature}`)],
    ['a blank after it', signed(`${signature}+`)],
    ['a line break after it', signed(`${signature}%0a`)],
    ['many bytes for as many letters', signed('%C3%A9'.repeat(signature.length))],
    ['emoji', signed('%F0%9F%8E%89'.repeat(11))],
    ['half a character', signed('%ED%A0%80')],
    ['no UTF-8', signed('%ff%fe')],
    ['no encoding', signed('%zz')],
    ['very long', signed('A'.repeat(8000))],
    ['words that mean something', signed('undefined')],
    ['null', signed('null')],
    ['true', signed('true')],
    ['repeated', `${good}&signature=${signature}`],
    ['repeated, the first one bad', `${PATH}?signature=x&expires=${expires}&signature=${signature}`],
    ['repeated, the last one bad', `${good}&signature=x`],
    ['repeated and empty', `${good}&signature`],
    ['the expiry repeated', `${good}&expires=${expires}`],
    ['the expiry repeated and later', `${good}&expires=9999999999`],
    ['an array', link(`expires=${expires}&signature[]=${signature}`)],
    ['an array of two', link(`expires=${expires}&signature[]=${signature}&signature[]=x`)],
    ['an array with an index', link(`expires=${expires}&signature[0]=${signature}`)],
    ['an object', link(`expires=${expires}&signature[length]=43&signature[toString]=x`)],
    ['a prototype', link(`expires=${expires}&__proto__[signature]=${signature}`)],
    ['the constructor', link(`expires=${expires}&constructor=${signature}`)],
    ['the name in capitals', link(`expires=${expires}&Signature=${signature}`)],
    ['joined by a semicolon', link(`expires=${expires};signature=${signature}`)],
    ['a later expiry', until('9999999999')],
    ['an earlier expiry', until('1')],
    ['a negative expiry', until('-1')],
    ['a zero before the expiry', until(`0${expires}`)],
    ['a fraction', until(`${expires}.0`)],
    ['an exponent', until('9e9')],
    ['a hexadecimal expiry', until('0xffffffff')],
    ['a huge expiry', until('9'.repeat(400))],
    ['not a number', until('NaN')],
    ['for ever', until('Infinity')],
    ['digits of another script', until('%D9%A9'.repeat(10))],
    ['an empty expiry', until('')],
    ['an array of expiries', link(`expires[]=${expires}&signature=${signature}`)],
    ['a disposition more', `${good}&disposition=inline`],
    ['a parameter more', `${good}&x=1`],
    ['an empty parameter more', `${good}&x`],
    ['another file', good.replace('public/a.txt', 'a.txt')],
    ['a missing file', good.replace('public/a.txt', 'missing.txt')],
  ]
}

/** The last of 43 characters stands for four bits: four characters are read as the same by whoever decodes. */
function otherSpelling(last: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return alphabet[alphabet.indexOf(last) ^ 1] as string
}
