import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { ConfigurationError, PermissionDeniedError } from '../../../src/errors.js'
import { LighttpdSecdownload } from '../../../src/signing/lighttpd-secdownload.js'
import { NginxSecureLink } from '../../../src/signing/nginx-secure-link.js'
import { type SignOptions, UrlSigner } from '../../../src/signing/url-signer.js'
import { alter, fileName } from '../arbitraries.js'
import { lighttpdAnswer } from '../models/lighttpd-script.js'
import { nginxAnswer } from '../models/nginx-secure-link.js'
import { decodeText } from '../models/percent.js'
import { type Property, property } from '../property.js'

const SECRET = 'a-secret-of-these-tests-0123456789abcdef'
const NOW = 1_800_000_000
const clock = { now: () => NOW * 1000, expiresIn: 600 }

const path = fc.array(fileName, { minLength: 1, maxLength: 3 }).map((names) =>
  names
    .filter((name) => !/[/\\\0]/.test(name))
    .map(encodeURIComponent)
    .join('/'),
)
const parameters = fc.array(
  fc.tuple(
    fc.constantFrom('a', 'b', 'a[]', 'a[0]', 'utm_x', '\u00fc'),
    fc.constantFrom('', '1', 'a b', '&=+%', '\u00e9'),
  ),
  { maxLength: 4 },
)
const alteration = fc.record({
  place: fc.nat(),
  how: fc.constantFrom('put', 'replace', 'remove', 'cut'),
  character: fc.constantFrom(...'aAZ019-_.~%+&=?/#;, \\"\'()*\u00e9\t\0'),
})

const signer = new UrlSigner({ secrets: [SECRET], ignore: ['utm_*'], ...clock })

const signedUrl = property({
  id: 'signed-url',
  says: 'a signed address is good, in any order of its parameters, and with one character changed only if it means the same',
  share: 6,
  cases: fc.record({
    path,
    parameters,
    form: fc.constantFrom('percent', 'form'),
    fragment: fc.constantFrom('', '#f'),
    user: fc.constantFrom(null, 'u', 'u2'),
    method: fc.constantFrom('GET', 'POST'),
    disposition: fc.constantFrom<('attachment' | 'inline' | null)[]>(null, 'attachment', 'inline'),
    order: fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
    alteration,
  }),
  check({ path, parameters, form, fragment, user, method, disposition, order, alteration }) {
    const query = form === 'form' ? String(new URLSearchParams(parameters)) : percentQuery(parameters)
    const bound: SignOptions = { user: user ?? undefined, method }
    const url = signer.sign(`/${path}${query === '' ? '' : `?${query}`}${fragment}`, {
      ...bound,
      disposition: disposition ?? undefined,
    })
    assert.equal(isGood(url, bound), true, url)
    assert.equal(isGood(url, { ...bound, method: 'HEAD' }), method === 'GET', url)
    assert.equal(isGood(url, { ...bound, user: 'another' }), false, url)
    assert.equal(isGood(reordered(url, order), bound), true, reordered(url, order))
    const { place, how, character } = alteration
    const altered = alter(url, place, how, character)
    assert.equal(isGood(altered, bound), meaningOf(altered) === meaningOf(url), altered)
  },
})

function percentQuery(parameters: readonly (readonly [string, string])[]): string {
  return parameters.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')
}

function isGood(url: string, bound: { user?: string | undefined; method?: string | undefined }): boolean {
  try {
    signer.verify(url, bound)
    return true
  } catch (error) {
    if (error instanceof PermissionDeniedError) return false
    throw error
  }
}

/** Moves parameters about, but not past those that an application may read as one list. */
function reordered(url: string, order: readonly number[]): string {
  const [start = '', fragment = ''] = url.split('#')
  const [path = '', query = ''] = start.split('?')
  const pairs = query.split('&')
  const base = (pair: string) => (decodeForm(pair.split('=')[0] as string) ?? '').split('[')[0] as string
  const groups = new Map<string, string[]>()
  for (const pair of pairs) groups.set(base(pair), [...(groups.get(base(pair)) ?? []), pair])
  const moved = [...groups.values()].map((group, at) => [order[at % order.length] as number, group] as const)
  const sorted = moved.sort(([a], [b]) => a - b).flatMap(([, group]) => group)
  return `${path}?${sorted.join('&')}${fragment === '' ? '' : `#${fragment}`}`
}

/** What an address says, in the words of the documentation: names, parameters in their order by name, no fragment. */
function meaningOf(url: string): string | undefined {
  if (!/^\/[\x21-\x5b\x5d-\x7e]*$/.test(url)) return undefined
  const [start = ''] = url.split('#')
  const mark = start.indexOf('?')
  const path = mark === -1 ? start : start.slice(0, mark)
  const pairs = (mark === -1 ? '' : start.slice(mark + 1)).split('&').filter((pair) => pair !== '')
  const names = path.slice(1).split('/').map(decodeText)
  if (names.some((name) => name === undefined || /^\.{1,2}$|[/\\\0]/.test(name))) return undefined
  const read = pairs.map((pair) => {
    const equals = pair.indexOf('=')
    return [equals === -1 ? pair : pair.slice(0, equals), equals === -1 ? '' : pair.slice(equals + 1)].map(decodeForm)
  })
  if (read.flat().includes(undefined)) return undefined
  const kept = (read as [string, string][]).filter(([name]) => !name.startsWith('utm_'))
  const groups = new Map<string, [string, string][]>()
  for (const pair of kept) {
    const base = pair[0].split('[')[0] as string
    groups.set(base, [...(groups.get(base) ?? []), pair])
  }
  return JSON.stringify([names, [...groups].sort(([a], [b]) => (a < b ? -1 : 1))])
}

function decodeForm(text: string): string | undefined {
  return decodeText(text.replaceAll('+', ' '))
}

const nginx = new NginxSecureLink({ secrets: [SECRET], location: '/media/', files: '/srv/media', ...clock })
const KEY = createHash('sha256').update(`downloadview key ${SECRET}`).digest('hex').slice(0, 8)

const nginxLink = property({
  id: 'nginx-secure-link',
  says: 'nginx takes a link that was made for it, and with one character changed only for the same file',
  share: 4,
  cases: fc.record({
    path,
    disposition: fc.constantFrom<('attachment' | 'inline' | null)[]>(null, 'attachment', 'inline'),
    query: fc.constantFrom('', '?a=1', '?x=%20&y'),
    alteration,
  }),
  check({ path, disposition, query, alteration }) {
    const target = `/media/${path}${query}`
    const options = { disposition: disposition ?? undefined }
    // A folder has no link of its own, and a step up none at all.
    if (path.split('/').some((name) => name === '')) {
      assert.throws(() => nginx.sign(target, options), ConfigurationError)
      return
    }
    const url = nginx.sign(target, options)
    const model = { secret: SECRET, key: KEY, location: '/media/', now: NOW }
    const answer = nginxAnswer(url, model)
    const uri = Buffer.from(`/media/${path.split('/').map(decodeText).join('/')}`).toString('latin1')
    assert.deepEqual(answer, { uri, disposition: disposition ?? '' })
    const { place, how, character } = alteration
    const altered = nginxAnswer(alter(url, place, how, character), model)
    if (typeof altered === 'object') assert.deepEqual(altered, answer)
  },
})

const lighttpd = new LighttpdSecdownload({ secrets: [SECRET], location: '/media/', files: '/srv/media', ...clock })

const lighttpdLink = property({
  id: 'lighttpd-secdownload',
  says: 'lighttpd takes a link that was made for it, and with one character changed only for the same file',
  share: 3,
  cases: fc.record({ path: path.filter((path) => !/%[01]|%7F/.test(path)), alteration }),
  check({ path, alteration }) {
    if (path.split('/').some((name) => name === '')) {
      assert.throws(() => lighttpd.sign(`/media/${path}`), ConfigurationError)
      return
    }
    const url = lighttpd.sign(`/media/${path}`)
    const model = { secret: SECRET, location: '/media/', timeout: 86_400, now: NOW }
    const answer = lighttpdAnswer(url, model)
    assert.deepEqual(answer, { name: Buffer.from(`/${path.split('/').map(decodeText).join('/')}`).toString('latin1') })
    const { place, how, character } = alteration
    const altered = lighttpdAnswer(alter(url, place, how, character), model)
    if (typeof altered === 'object') assert.deepEqual(altered, answer)
  },
})

/** Links that end. */
export const signingProperties: readonly Property[] = [signedUrl, nginxLink, lighttpdLink]
