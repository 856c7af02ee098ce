import assert from 'node:assert/strict'
import { posix, win32 } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { pretendPlatform } from '../../test/support/platform.js'
import { DownloadError, InvalidKeyError } from '../errors.js'
import { assertCanonicalKey, joinKey } from './key.js'

describe('assertCanonicalKey', () => {
  const canonical = [
    'a.txt',
    'folder/file.txt',
    'a b/100%/c#?;+&=.txt',
    `"it's"`,
    'é/日本/😀.txt',
    'a..b',
    '..a',
    '...',
    '.hidden',
    'a.',
    'a~1',
    '12:30.txt',
    '-rf',
    '*[a]{b,c}?',
    'line\nbreak',
    '__proto__',
  ]
  for (const key of canonical) {
    test(`accepts ${JSON.stringify(key)}`, () => {
      assert.doesNotThrow(() => assertCanonicalKey(key))
    })
  }

  // A layer that decodes twice would find a separator or a dot here: to us these are letters.
  for (const key of ['%2e%2e/%2e%2e/etc/passwd', '..%2fetc%2fpasswd', 'admin%2Fs', '%252e%252e%252f', '..%5c', '%00']) {
    test(`takes ${key} literally, since nothing decodes it again`, () => {
      assert.doesNotThrow(() => assertCanonicalKey(key))
      assert.equal(posix.join('/root', key), `/root/${key}`)
    })
  }

  const refused: readonly (readonly [key: unknown, fault: string])[] = [
    ['', 'no name'],
    [undefined, 'no name'],
    [null, 'no name'],
    [7, 'no name'],
    [['a.txt'], 'no name'],
    [{ toString: () => 'a.txt' }, 'no name'],
    ['/', 'an empty name'],
    ['/etc/passwd', 'an empty name'],
    ['a/', 'an empty name'],
    ['a//b', 'an empty name'],
    ['//host/share', 'an empty name'],
    ['.', '"."'],
    ['./f', '"."'],
    ['a/./b', '"."'],
    ['a/.', '"."'],
    ['..', '".."'],
    ['../x', '".."'],
    ['x/../admin/s', '".."'],
    ['a/..', '".."'],
    ['../../../../etc/passwd', '".."'],
    ['a\\b', 'a backslash'],
    ['..\\..\\x', 'a backslash'],
    ['\\\\host\\share', 'a backslash'],
    ['\\??\\C:\\x', 'a backslash'],
    ['a\0', 'a NUL'],
    ['a.txt\0.png', 'a NUL'],
    ['C:/x', 'a drive letter'],
    ['c:x', 'a drive letter'],
    ['C:', 'a drive letter'],
    ['a.txt::$DATA', 'a stream name'],
    ['a.txt:$I30', 'a stream name'],
    ['\uD83D', 'half a character'],
    ['a/\uDE00.txt', 'half a character'],
    ['\uDE00\uD83D', 'half a character'],
  ]
  for (const [key, fault] of refused) {
    test(`refuses ${JSON.stringify(key)}: it has ${fault}`, () => {
      assert.throws(
        () => assertCanonicalKey(key as string),
        (error) => error instanceof InvalidKeyError && error.message === `Not a canonical key: it has ${fault}.`,
      )
    })
  }

  test('answers with 404, and does not tell the key', () => {
    const error = refusalOf('../secret-name')
    assert.equal(error.status, 404)
    assert.equal(error.code, 'INVALID_KEY')
    assert.equal(error.message.includes('secret-name'), false)
  })

  test('no key that is accepted leaves the root when it is joined, nor means another one', () => {
    let accepted = 0
    fc.assert(
      fc.property(keys, (key) => {
        if (!isAccepted(key)) return
        accepted += 1
        assert.equal(posix.join('/root', key), `/root/${key}`)
        assert.equal(posix.resolve('/root', key), `/root/${key}`)
        assert.equal(posix.relative('/root', posix.join('/root', key)), key)
      }),
      { numRuns: 20_000 },
    )
    assert.ok(accepted > 1000, `Only ${accepted} keys were accepted: this proves little.`)
  })

  test('no key that is accepted leaves the root on Windows', () => {
    onPlatform('win32', () => {
      fc.assert(
        fc.property(keys, (key) => {
          if (!isAccepted(key)) return
          assert.equal(win32.join('D:\\root', key), `D:\\root\\${key.replaceAll('/', '\\')}`)
          assert.equal(win32.resolve('D:\\root', key), `D:\\root\\${key.replaceAll('/', '\\')}`)
        }),
        { numRuns: 20_000 },
      )
    })
  })

  test('refuses every colon on Windows, where it begins the name of a stream', () => {
    assert.equal(isAccepted('12:30.txt'), true)
    onPlatform('win32', () => assert.equal(isAccepted('12:30.txt'), false))
  })
})

describe('joinKey', () => {
  test('joins the parts of a wildcard', () => {
    assert.equal(joinKey(['a', 'b c', 'd%2Fe.txt']), 'a/b c/d%2Fe.txt')
  })

  test('refuses a part that holds a separator', () => {
    assert.throws(() => joinKey(['admin', '../s']), InvalidKeyError)
    assert.throws(() => joinKey(['a/b']), InvalidKeyError)
  })

  test('what it joins is refused like any other key', () => {
    assert.throws(() => assertCanonicalKey(joinKey(['a', '..', 'b'])), InvalidKeyError)
    assert.throws(() => assertCanonicalKey(joinKey(['a', '', 'b'])), InvalidKeyError)
    assert.throws(() => assertCanonicalKey(joinKey([])), InvalidKeyError)
  })
})

/** Made of what file servers stumble over, beside any other character. */
const keys = fc
  .array(
    fc.oneof(
      fc.constantFrom('..', '.', '/', '\\', '\0', '%2f', '%2e', ':', 'C:', '::$DATA', '~', ' ', 'a', 'é', '日', '😀'),
      fc.string({ unit: 'binary', maxLength: 2 }),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''))

function isAccepted(key: string): boolean {
  try {
    assertCanonicalKey(key)
    return true
  } catch (error) {
    assert.ok(error instanceof InvalidKeyError, String(error))
    return false
  }
}

function refusalOf(key: string): DownloadError {
  try {
    assertCanonicalKey(key)
  } catch (error) {
    if (error instanceof DownloadError) return error
  }
  assert.fail('It was accepted.')
}

function onPlatform(platform: NodeJS.Platform, work: () => void): void {
  const restore = pretendPlatform(platform)
  try {
    work()
  } finally {
    restore()
  }
}
