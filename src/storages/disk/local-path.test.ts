import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigurationError, InvalidKeyError } from '../../errors.js'
import { pathInside, rootFolder, TEMPORARY_PREFIX } from './local-path.js'

describe('pathInside', () => {
  test('joins a key to its folder', () => {
    assert.equal(pathInside('/srv/files', 'a b/100%.txt', 'deny'), '/srv/files/a b/100%.txt')
  })

  test('refuses a key that is not canonical, whatever is said of dotfiles', () => {
    for (const key of ['../files-private/a', '/etc/passwd', 'a/../b', '', '.']) {
      assert.throws(() => pathInside('/srv/files', key, 'allow'), InvalidKeyError)
    }
  })

  test('refuses a name that begins with a dot, wherever it stands', () => {
    for (const key of ['.env', '.git/config', 'a/.env', 'a/.git/config', '...']) {
      assert.throws(() => pathInside('/srv/files', key, 'deny'), InvalidKeyError)
    }
  })

  test('takes a dot within a name for any other character', () => {
    for (const key of ['a.b', 'a.', 'a..b/c.d']) assert.equal(pathInside('/srv', key, 'deny'), `/srv/${key}`)
  })

  test('allows dotfiles when the application does', () => {
    for (const key of ['.env', '.well-known/acme', 'a/.b/.c']) {
      assert.equal(pathInside('/srv', key, 'allow'), `/srv/${key}`)
    }
  })

  test('never gives a file that is still being written, even below an allowed dotfile', () => {
    for (const folder of ['', 'a/', '.well-known/', '.a/.b/']) {
      assert.throws(() => pathInside('/srv', `${folder}${TEMPORARY_PREFIX}1`, 'allow'), InvalidKeyError)
    }
  })
})

describe('rootFolder', () => {
  test('gives an absolute path without what is superfluous', () => {
    assert.equal(rootFolder('/srv/files/', 'View'), '/srv/files')
    assert.equal(rootFolder('/srv/./x/../files', 'View'), '/srv/files')
    assert.equal(rootFolder('/', 'View'), '/')
  })

  test('refuses anything else when the application starts, and tells the mend', () => {
    for (const root of ['files', './files', '', undefined, null, 7]) {
      assert.throws(
        () => rootFolder(root, 'InvoiceView'),
        (error) => error instanceof ConfigurationError && /^InvoiceView: root must be .*resolve/.test(error.message),
      )
    }
  })
})
