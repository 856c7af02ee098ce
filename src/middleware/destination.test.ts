import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigurationError } from '../errors.js'
import { assertFolder, assertUrlPath, type FolderOptions, folderOf } from './destination.js'

describe('destinationUrl', () => {
  for (const url of ['/protected', '/protected/', '/a/b-c/d_e.f~g/']) {
    test(`can be ${url}`, () => {
      assertUrlPath(url, 'rule 1')
    })
  }

  for (const url of [
    undefined,
    null,
    7,
    '',
    '/',
    'protected/',
    '//host/',
    '/protected//files/',
    'http://host/protected/',
    '/../protected/',
    '/protected/../',
    '/./',
    '/protected/?a',
    '/protected/#a',
    '/pro tected/',
    '/pro%20tected/',
    '/geschützt/',
    '/$host/',
    '/a;b/',
    '/a{b}/',
    '/a"b/',
    "/a'b/",
    '/a\\b/',
    '/a\nb/',
    '/a*/',
  ]) {
    test(`cannot be ${JSON.stringify(url)}, and the error names the rule and the mend`, () => {
      assert.throws(() => assertUrlPath(url, 'rule 3'), {
        name: 'ConfigurationError',
        message: /^rule 3: destinationUrl must be a path such as "\/protected\/", .+; got /,
      })
    })
  }
})

describe('destinationDir', () => {
  test('is sourceDir unless it is given', () => {
    assert.equal(folderOf({ sourceDir: '/srv/files' }, 'rule 1'), '/srv/files')
    assert.equal(folderOf({ sourceDir: '/srv/files', destinationDir: '/mnt/files' }, 'rule 1'), '/mnt/files')
    assert.equal(folderOf({ sourceUrl: '/media/', destinationDir: '/mnt/files' }, 'rule 1'), '/mnt/files')
  })

  test('is required beside a sourceUrl', () => {
    for (const options of [{ sourceUrl: '/media/' }, { sourceUrl: '/media/', sourceDir: '' }]) {
      assert.throws(
        () => folderOf(options, 'rule 3'),
        new ConfigurationError(
          'rule 3 has a sourceUrl but no destinationDir: set it to the folder that the server reads.',
        ),
      )
    }
  })

  for (const folder of ['files', './files', '/srv/../files', '/srv/./files', '/srv/files/..', '', 7, null]) {
    test(`cannot be ${JSON.stringify(folder)}`, () => {
      const options = { sourceUrl: '/media/', destinationDir: folder } as FolderOptions
      if (folder === null) return assert.throws(() => folderOf(options, 'rule 3'), /rule 3 has a sourceUrl but no/)
      assert.throws(() => folderOf(options, 'rule 3'), {
        name: 'ConfigurationError',
        message: `rule 3: destinationDir must be an absolute path without "..", got ${JSON.stringify(folder)}. Use path.resolve().`,
      })
    })
  }

  test('an error names the option that it is about', () => {
    assert.throws(
      () => assertFolder('files', 'rule 3', 'files'),
      /^ConfigurationError: rule 3: files must be an absolute/,
    )
  })
})
