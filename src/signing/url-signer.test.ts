import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ConfigurationError, PermissionDeniedError } from '../errors.js'
import { type SignOptions, UrlSigner, type UrlSignerOptions, type VerifyOptions } from './url-signer.js'

const SECRET = 'a secret of at least 32 characters'
const OTHER_SECRET = 'another secret, of 32 characters as well'
const NOW = Date.UTC(2026, 10, 1)

/** A signer whose clock stands still, unless it is set. */
function signerAt(options: Partial<UrlSignerOptions> & { clock?: { time: number } } = {}): UrlSigner {
  const { clock = { time: NOW }, ...rest } = options
  return new UrlSigner({ secrets: [SECRET], now: () => clock.time, ...rest })
}

const signer = signerAt()

function reasonOf(url: string, options?: VerifyOptions, by: UrlSigner = signer): unknown {
  try {
    by.verify(url, options)
  } catch (error) {
    assert.ok(error instanceof PermissionDeniedError, `not an answer but a fault: ${String(error)}`)
    assert.equal(error.message, 'This link is not valid, or no longer.')
    assert.equal(error.status, 403)
    return error.cause
  }
  return undefined
}

const assertGood = (url: string, options?: VerifyOptions, by?: UrlSigner) =>
  assert.equal(reasonOf(url, options, by), undefined, url)
const assertRefused = (url: string, options?: VerifyOptions, by?: UrlSigner) =>
  assert.notEqual(reasonOf(url, options, by), undefined, `accepted: ${url}`)

function parameter(url: string, name: string): string {
  return new URL(url, 'http://localhost').searchParams.get(name) as string
}

/** Signs by hand what a signer would never sign. */
function forged(path: string, parts: unknown): string {
  const text = JSON.stringify(parts)
  return `${path}&signature=${createHmac('sha256', SECRET).update(text).digest('base64url')}`
}

describe('a signed link', () => {
  test('has the address as it was spelled, an expiry and a signature', () => {
    const url = signer.sign('/media/a%20b.pdf?x=1')
    assert.match(url, /^\/media\/a%20b\.pdf\?x=1&expires=\d{10}&signature=[\w-]{43}$/)
    assertGood(url)
  })

  test('of an address without a query begins one', () => {
    assert.match(signer.sign('/a'), /^\/a\?expires=/)
    assert.match(signer.sign('/a?'), /^\/a\?expires=/)
    assertGood(signer.sign('/a?'))
  })

  test('keeps the fragment at its end, which is not signed', () => {
    const url = signer.sign('/a.pdf?x=1#page=3')
    assert.match(url, /&signature=[\w-]{43}#page=3$/)
    assertGood(url)
    assertGood(url.replace('#page=3', '#page=4'))
  })

  test('of a whole address is good at every host, as a path and as a whole', () => {
    const url = signer.sign('https://files.example:8443/a.pdf?x=1')
    assert.match(url, /^https:\/\/files\.example:8443\/a\.pdf\?x=1&expires=/)
    assertGood(url)
    assertGood(url.replace('https://files.example:8443', ''))
    assertGood(url.replace('https://files.example:8443', 'http://127.0.0.1'))
    assertGood(signer.sign('https://files.example?x=1').replace('https://files.example', '/'))
  })

  for (const name of [
    'a b.txt',
    '100%.txt',
    'what?.txt',
    'c#.txt',
    'a+b&c=d;.txt',
    '"q".txt',
    'é日本😀.txt',
    '~(x)!*.txt',
  ]) {
    test(`can be that of ${JSON.stringify(name)}`, () => {
      const url = signer.sign(`/media/${encodeURIComponent(name)}`)
      assertGood(url)
      assertGood(new URL(url, 'http://localhost').href)
      assertRefused(url.replace('/media/', '/media/x'))
    })
  }

  test('tells its end and how the file is shown', () => {
    const { expires, disposition } = signer.verify(signer.sign('/a', { disposition: 'inline' }))
    assert.equal(disposition, 'inline')
    assert.ok(expires.getTime() > NOW, 'it ends before it begins')
    assert.equal(signer.verify(signer.sign('/a')).disposition, undefined)
    assert.equal(signer.verify(signer.sign('/a', { disposition: 'attachment' })).disposition, 'attachment')
  })

  test('can have parameters of other names', () => {
    const named = signerAt({ parameters: { expires: 'X-Expires', signature: 'X-Signature' } })
    const url = named.sign('/a?expires=soon&signature=mine', { disposition: 'inline' })
    assert.match(url, /^\/a\?expires=soon&signature=mine&X-Expires=\d+&disposition=inline&X-Signature=[\w-]{43}$/)
    assertGood(url, {}, named)
    assertRefused(url.replace('soon', 'late'), {}, named)
    assertRefused(url)
    assertGood(signerAt({ parameters: { expires: undefined } }).sign('/a'))
  })
})

describe('a link is refused with one and the same message', () => {
  const url = signer.sign('/media/a%20b.pdf?x=1&y=2', { disposition: 'inline' })
  const other = signer.sign('/media/other.pdf?x=1&y=2', { disposition: 'inline' })
  const signature = parameter(url, 'signature')
  const expires = parameter(url, 'expires')

  const ALTERED: Readonly<Record<string, string>> = {
    'the path is another one': url.replace('a%20b', 'a%20c'),
    'the path has another case': url.replace('/media/', '/Media/'),
    'the path goes on': url.replace('.pdf', '.pdf/more'),
    'the path ends with a separator': url.replace('.pdf', '.pdf/'),
    'the path has a second separator': url.replace('/media/', '/media//'),
    'the path begins with a second separator': `/${url}`,
    'the path has a host before it': `//evil.example${url}`,
    'the path has a step': url.replace('/media/', '/media/./'),
    'the path has a step back': url.replace('/media/', '/media/x/../'),
    'the path has an encoded step back': url.replace('/media/', '/media/x/%2e%2e/'),
    'a separator is encoded': url.replace('/media/', '/media%2F'),
    'a separator became a backslash': url.replace('/media/', '/media\\'),
    'a separator became an encoded backslash': url.replace('/media/', '/media%5C'),
    'an escape is escaped again': url.replace('%20', '%2520'),
    'a blank became a plus in the path': url.replace('%20', '+'),
    'an escape is broken': url.replace('%20', '%2'),
    'an escape is no UTF-8': url.replace('%20', '%FF'),
    'a NUL ends a name': url.replace('.pdf', '.pdf%00'),
    'a parameter has another value': url.replace('x=1', 'x=3'),
    'a parameter has another name': url.replace('x=1', 'z=1'),
    'a parameter is gone': url.replace('x=1&', ''),
    'a parameter was added': `${url}&z=3`,
    'a parameter without a name was added': `${url}&=`,
    'a parameter is there twice': `${url}&x=1`,
    'a parameter is there twice, first with another value': url.replace('x=1', 'x=9&x=1'),
    'two parameters have changed their values': url.replace('x=1&y=2', 'x=2&y=1'),
    'two parameters became one': url.replace('x=1&y=2', 'x=1%26y=2'),
    'a parameter is spelled in broken escapes': url.replace('x=1', 'x=%E'),
    'a parameter became part of the path': url.replace('?x=1&', '%3Fx=1?'),
    'the disposition is another one': url.replace('inline', 'attachment'),
    'the disposition is gone': url.replace('&disposition=inline', ''),
    'the disposition is there twice': `${url}&disposition=attachment`,
    'the signature is gone': url.replace(/&signature=.*/, ''),
    'the signature is empty': url.replace(signature, ''),
    'the signature is that of another link': url.replace(signature, parameter(other, 'signature')),
    'the signature is cut': url.slice(0, -1),
    'the signature goes on': `${url}A`,
    'the signature is padded': `${url}=`,
    'the signature has a blank': `${url}%20`,
    'the signature is no ASCII': url.replace(signature, encodeURIComponent(`é${signature.slice(2)}`)),
    'the signature is the same bytes in another spelling': url.replace(/.$/, (last) => otherSpelling(last)),
    'the signature is there twice': `${url}&signature=${signature}`,
    'the signature is there twice, once in escapes': `${url}&%73ignature=${signature}`,
    'the signature has another case in its name': url.replace('signature', 'Signature'),
    'the expiry is gone': url.replace(`&expires=${expires}`, ''),
    'the expiry is empty': url.replace(expires, ''),
    'the expiry is later': url.replace(expires, String(Number(expires) + 1)),
    'the expiry is earlier': url.replace(expires, String(Number(expires) - 1)),
    'the expiry is NaN': url.replace(expires, 'NaN'),
    'the expiry is Infinity': url.replace(expires, 'Infinity'),
    'the expiry is negative': url.replace(expires, `-${expires}`),
    'the expiry is 0': url.replace(expires, '0'),
    'the expiry is huge': url.replace(expires, '9'.repeat(400)),
    'the expiry has a zero before it': url.replace(expires, `0${expires}`),
    'the expiry has a sign': url.replace(expires, `%2B${expires}`),
    'the expiry has a blank': url.replace(expires, `${expires}%20`),
    'the expiry has a fraction': url.replace(expires, `${expires}.0`),
    'the expiry is hexadecimal': url.replace(expires, `0x${Number(expires).toString(16)}`),
    'the expiry has an exponent': url.replace(expires, `${Number(expires) / 10}e1`),
    'the expiry has other digits': url.replace(expires, encodeURIComponent('１２３')),
    'the expiry is there twice': `${url}&expires=${expires}`,
    'the expiry is there twice, a later one first': url.replace('x=1', `expires=99999999999&x=1`),
    'there is nothing': '/media/a%20b.pdf?x=1&y=2',
    'there is no address': '',
    'the address is a name': 'media/a%20b.pdf',
    'the address has a line break': `${url}\n`,
    'the address has raw characters': url.replace('a%20b', 'ü'),
    'the address has another scheme': `ftp://localhost${url}`,
  }

  for (const [change, altered] of Object.entries(ALTERED)) {
    test(`when ${change}`, () => {
      assert.notEqual(altered, url, 'nothing was changed')
      assertGood(url)
      assertRefused(altered)
    })
  }

  test('when it is no text', () => {
    for (const value of [undefined, null, 1, {}, [url]]) assertRefused(value as unknown as string)
  })

  test('when another secret has signed it', () => {
    assertRefused(signerAt({ secrets: [OTHER_SECRET] }).sign('/media/a%20b.pdf'))
  })

  test('when it has expired, and not a moment before', () => {
    const clock = { time: NOW }
    const timed = signerAt({ clock, expiresIn: 60, stableFor: 1 })
    const link = timed.sign('/a')
    assert.equal(timed.verify(link).expires.getTime(), NOW + 60_000)
    clock.time = NOW + 59_999
    assertGood(link, {}, timed)
    clock.time = NOW + 60_000
    assert.equal(reasonOf(link, {}, timed), 'The link has expired.')
    clock.time = Number.NaN
    assertRefused(link, {}, timed)
  })

  test('when it was signed with a disposition or an expiry that no signer gives, by whoever has the secret', () => {
    // Shows that the text which is signed is known here, so that the next one is refused for its expiry.
    const good = Math.floor(NOW / 1000) + 60
    assertGood(forged(`/a?expires=${good}`, ['downloadview 1', ['a'], [], good, 'GET', null]))
    assertRefused(forged('/a?expires=1e12', ['downloadview 1', ['a'], [], 1e12, 'GET', null]))
  })
})

describe('what may change', () => {
  const url = signer.sign('/media/~a%20b.pdf?x=1&q=a%20b&x=2')

  const SAME: Readonly<Record<string, string>> = {
    'a character is an escape': url.replace('~', '%7E').replace('media', '%6Dedia'),
    'an escape is in small letters': url.replace('~', '%7e'),
    'a blank in the query is a plus': url.replace('q=a%20b', 'q=a+b'),
    'a name in the query is escaped': url.replace('q=', '%71=').replace('signature=', '%73ignature='),
    'the parameters have another order': url.replace('x=1&q=a%20b&x=2', 'q=a%20b&x=1&x=2'),
    'the parameters of the link come first': url.replace(/\?(x=1&.*?)&(expires=.*)/, '?$2&$1'),
    'there are empty parameters': url.replace('x=1', '&x=1&'),
  }
  for (const [change, same] of Object.entries(SAME)) {
    test(`is that ${change}`, () => {
      assert.notEqual(same, url, 'nothing was changed')
      assertGood(same)
    })
  }

  test('is not the order of values with one name, nor of those that frameworks read as one list', () => {
    assertRefused(url.replace('x=1&q=a%20b&x=2', 'x=2&q=a%20b&x=1'))
    const list = signer.sign('/a?id[]=1&id[0]=2&id=3')
    assertGood(list)
    assertRefused(list.replace('id[]=1&id[0]=2', 'id[0]=2&id[]=1'))
    assertRefused(list.replace('id[0]=2&id=3', 'id=3&id[0]=2'))
  })

  test('is what the signer was told to ignore, and nothing else', () => {
    const lenient = signerAt({ ignore: ['ref', 'utm_*', 'expires', 'disp*'] })
    const link = lenient.sign('/a?x=1&utm_source=mail', { disposition: 'inline' })
    assertGood(`${link}&ref=1&utm_campaign=2&ref=3`, {}, lenient)
    assertGood(link.replace('&utm_source=mail', ''), {}, lenient)
    assertRefused(`${link}&Ref=1`, {}, lenient)
    assertRefused(`${link}&reference=1`, {}, lenient)
    assertRefused(`${link}&utm=1`, {}, lenient)
    assertRefused(link.replace('inline', 'attachment'), {}, lenient)
    assertRefused(link.replace('&disposition=inline', ''), {}, lenient)
    assertRefused(link.replace(/expires=\d+/, 'expires=2000000000'), {}, lenient)
  })
})

describe('a method', () => {
  test('is GET unless told, and HEAD goes along', () => {
    const url = signer.sign('/a')
    assertGood(url, { method: 'GET' })
    assertGood(url, { method: 'HEAD' })
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'get', '']) assertRefused(url, { method })
  })

  test('is the one that was signed', () => {
    const url = signer.sign('/a', { method: 'PUT' })
    assertGood(url, { method: 'PUT' })
    for (const method of ['GET', 'HEAD', 'POST']) assertRefused(url, { method })
  })
})

describe('a user', () => {
  test('is the one that was signed, and no other and not nobody', () => {
    const url = signer.sign('/a', { user: 'ann' })
    assertGood(url, { user: 'ann' })
    for (const user of ['bob', 'Ann', 'ann ', '', undefined]) assertRefused(url, { user })
  })

  test('is nobody where none was signed', () => {
    const url = signer.sign('/a')
    assertGood(url)
    for (const user of ['ann', '', 'null']) assertRefused(url, { user })
  })

  test('stays out of the link', () => {
    assert.ok(!signer.sign('/a', { user: 'ann@example.com' }).includes('ann'), 'the user is in the link')
  })
})

describe('secrets', () => {
  test('sign in turn: the first one signs, and all are good', () => {
    const [before, during, after] = [[SECRET], [OTHER_SECRET, SECRET], [OTHER_SECRET]].map((secrets) =>
      signerAt({ secrets }),
    ) as [UrlSigner, UrlSigner, UrlSigner]
    assertGood(before.sign('/a'), {}, during)
    assertRefused(before.sign('/a'), {}, after)
    assertGood(during.sign('/a'), {}, after)
    assertRefused(during.sign('/a'), {}, before)
  })

  test('cannot be added or taken away from outside', () => {
    const secrets = [SECRET]
    const kept = signerAt({ secrets })
    secrets[0] = OTHER_SECRET
    assertGood(kept.sign('/a'))
  })

  test('that are too short, or none, are refused with the mend, and stay out of the message', () => {
    const wrong = [[], ['short secret'], [SECRET, 'x'.repeat(31)], [undefined], [1], SECRET, undefined] as string[][]
    for (const secrets of wrong) {
      assert.throws(
        () => new UrlSigner({ secrets }),
        (error) =>
          error instanceof ConfigurationError &&
          /openssl rand -hex 32/.test(error.message) &&
          !/xxx|short/.test(error.message),
      )
    }
  })
})

describe('the end of a link', () => {
  test('is the same for a while, so that caches know the link again', () => {
    const clock = { time: NOW }
    const timed = signerAt({ clock, expiresIn: 3600, stableFor: 300 })
    const first = timed.sign('/a')
    clock.time += 1
    const links = new Set<string>()
    for (let second = 1; second <= 300; second++) {
      clock.time = NOW + second * 1000
      links.add(timed.sign('/a'))
    }
    assert.equal(links.size, 1, 'another link within its time')
    assert.ok(!links.has(first), 'the link of the time before')
    clock.time += 1000
    assert.ok(!links.has(timed.sign('/a')), 'one link for ever')
  })

  test('is never before what was asked for, and at most one step after', () => {
    const seconds = fc.integer({ min: 1, max: 10_000_000 })
    const time = fc.integer({ min: NOW, max: NOW * 2 })
    fc.assert(
      fc.property(time, seconds, fc.option(seconds, { nil: undefined }), (now, expiresIn, stableFor) => {
        const timed = signerAt({ clock: { time: now }, stableFor })
        const life = timed.verify(timed.sign('/a', { expiresIn })).expires.getTime() - now
        assert.ok(life >= expiresIn * 1000, 'too early')
        assert.ok(life <= (expiresIn + (stableFor ?? Math.ceil(expiresIn / 10))) * 1000, 'too late')
      }),
    )
  })

  test('is an hour away by default, rounded up by six minutes at most', () => {
    const plain = new UrlSigner({ secrets: [SECRET] })
    const before = Date.now()
    const life = plain.verify(plain.sign('/a')).expires.getTime() - before
    assert.ok(life >= 3_600_000 && life <= 3_960_000 + (Date.now() - before), `${life} milliseconds`)
  })
})

describe('what cannot work is refused when it is set up or signed', () => {
  for (const url of [
    '',
    'a.pdf',
    './a.pdf',
    '?x=1',
    '//host/a.pdf',
    'ftp://host/a.pdf',
    'javascript:alert(1)',
    'https:///a.pdf',
    'https:a.pdf',
    '/a b.pdf',
    '/ü.pdf',
    '/a\n.pdf',
    '/a\\b.pdf',
    '/100%.pdf',
    '/%FF.pdf',
    '/a/../b.pdf',
    '/a/%2e%2e/b.pdf',
    '/./a.pdf',
    '/a%2Fb.pdf',
    '/a%5Cb.pdf',
    '/a%00.pdf',
    '/a?x=%',
    '/a?x=%FF',
  ]) {
    test(`the address ${JSON.stringify(url)}`, () => {
      assert.throws(() => signer.sign(url), { name: 'ConfigurationError', message: /cannot sign .*encodeURIComponent/ })
    })
  }

  test('an address that is signed already, or has a parameter of such a one', () => {
    for (const url of [signer.sign('/a'), '/a?expires=1', '/a?signature', '/a?disposition=x', '/a?%65xpires=1']) {
      assert.throws(() => signer.sign(url), { name: 'ConfigurationError', message: /already, see the option/ })
    }
  })

  test('an address whose query is a secret, which stays out of the message', () => {
    assert.throws(
      () => signer.sign('/a/../b?token=hidden'),
      (error) => error instanceof ConfigurationError && !error.message.includes('hidden'),
    )
  })

  const SIGN: Readonly<Record<string, readonly unknown[]>> = {
    expiresIn: [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 315_576_001, '60', null],
    method: ['', 'get', 'HEAD', 'G T'],
    user: ['', 1, null],
    disposition: ['', 'Inline', 'attachment; filename=x', null],
  }
  for (const [option, values] of Object.entries(SIGN)) {
    for (const value of values) {
      test(`${option} of ${JSON.stringify(value) ?? String(value)} (${typeof value})`, () => {
        assert.throws(() => signer.sign('/a', { [option]: value } as SignOptions), {
          name: 'ConfigurationError',
          message: new RegExp(option),
        })
      })
    }
  }

  const SETUP: Readonly<Record<string, readonly unknown[]>> = {
    expiresIn: [0, Number.NaN, '60'],
    stableFor: [0, -1, 0.5, Number.POSITIVE_INFINITY],
    ignore: [['*'], [''], ['a*b'], [1]],
    parameters: [{ expires: '' }, { expires: 'signature' }, { signature: 1 }],
  }
  for (const [option, values] of Object.entries(SETUP)) {
    for (const value of values) {
      test(`${option} of ${JSON.stringify(value)} (${typeof value})`, () => {
        assert.throws(() => signerAt({ [option]: value } as Partial<UrlSignerOptions>), {
          name: 'ConfigurationError',
          message: new RegExp(option),
        })
      })
    }
  }
})

describe('for any address', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 8 })
  const name = fc
    .oneof(text, fc.constantFrom('%41', 'a?b', 'c#d', 'e+f', '&=;', '~!*()', "'", '100%'))
    .filter((segment) => segment !== '' && !/^\.{1,2}$|[/\\\0]/.test(segment))
  const parameters = fc.array(
    fc.tuple(
      text.filter((key) => !['expires', 'signature', 'disposition'].includes(key)),
      text,
    ),
    { maxLength: 4 },
  )
  const address = fc.record({ names: fc.array(name, { minLength: 1, maxLength: 4 }), parameters })
  const options: fc.Arbitrary<SignOptions> = fc.record({
    user: fc.option(text.filter(Boolean), { nil: undefined }),
    method: fc.constantFrom('GET', 'PUT'),
    disposition: fc.constantFrom('attachment' as const, 'inline' as const, undefined),
  })

  function write({
    names,
    parameters,
  }: {
    names: readonly string[]
    parameters: readonly (readonly [string, string])[]
  }) {
    const path = `/${names.map(encodeURIComponent).join('/')}`
    const query = parameters.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&')
    return query === '' ? path : `${path}?${query}`
  }

  test('what was signed is good, also as a browser would spell it', () => {
    fc.assert(
      fc.property(address, options, (parts, given) => {
        const url = signer.sign(write(parts), given)
        assertGood(url, given)
        assertGood(new URL(url, 'http://localhost').href, given)
        const respelled = new URL(url, 'http://localhost')
        // Writes blanks as "+" and escapes as forms do.
        respelled.search = new URLSearchParams(respelled.searchParams).toString()
        assertGood(respelled.href, given)
      }),
    )
  })

  test('another path, parameter, user or method has another signature', () => {
    fc.assert(
      fc.property(address, options, address, options, (parts, given, others, otherGiven) => {
        const url = signer.sign(write(parts), given)
        const query = /[?&](expires=.*)$/.exec(url)?.[1] as string
        const other = write(others)
        fc.pre(other !== write(parts))
        assertRefused(`${other}${other.includes('?') ? '&' : '?'}${query}`, given)
        fc.pre(otherGiven.user !== given.user || otherGiven.method !== given.method)
        assertRefused(url, otherGiven)
      }),
    )
  })

  test('a change of any one character is refused, unless both spell the same address', () => {
    const character = fc.constantFrom(...'aZ09-_.~%+&=?/#;, \\"\u00e9')
    fc.assert(
      fc.property(
        address,
        fc.nat(),
        character,
        fc.constantFrom('put', 'replace', 'remove'),
        (parts, place, put, how) => {
          const url = signer.sign(write(parts))
          const at = place % url.length
          const altered = url.slice(0, at) + (how === 'remove' ? '' : put) + url.slice(how === 'put' ? at : at + 1)
          if (meaningOf(altered) === meaningOf(url)) assertGood(altered)
          else assertRefused(altered)
        },
      ),
      { numRuns: 1000, examples: [[{ names: ['%41'], parameters: [] }, 2147483629, '?', 'put']] },
    )
  })
})

/** What an application reads of an address, by the parser of the platform. */
function meaningOf(url: string): string | undefined {
  if (!/^[\x21-\x5b\x5d-\x7e]+$/.test(url) || !url.startsWith('/')) return undefined
  const [path = '', query = ''] = (url.split('#', 1)[0] as string).split(/\?(.*)/s)
  try {
    const segments = path.split('/').map(decodeURIComponent)
    decodeURIComponent(query)
    // It takes a "?" at the begin of what it is given away: ours, and not one that belongs to a name.
    const parameters = [...new URLSearchParams(`?${query}`)]
    return JSON.stringify([
      segments,
      parameters.sort(([a], [b]) => (baseOf(a) < baseOf(b) ? -1 : baseOf(a) > baseOf(b) ? 1 : 0)),
    ])
  } catch {
    return undefined
  }
}

function baseOf(name: string): string {
  return name.split('[', 1)[0] as string
}

/** The last of 43 characters stands for four bits: four characters are read as the same. */
function otherSpelling(last: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return alphabet[alphabet.indexOf(last) ^ 1] as string
}
