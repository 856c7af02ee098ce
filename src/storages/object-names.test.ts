import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError, InvalidKeyError } from '../errors.js'
import { ObjectNames } from './object-names.js'

test('names an object by its key when all of the bucket is ours', () => {
  const names = new ObjectNames()
  assert.equal(names.of('a/b.txt'), 'a/b.txt')
  assert.equal(names.below(undefined), '')
  assert.equal(names.below('a'), 'a/')
  assert.equal(names.keyOf('a/b.txt'), 'a/b.txt')
})

for (const prefix of ['some/folder', 'some/folder/']) {
  test(`keeps to the folder "${prefix}"`, () => {
    const names = new ObjectNames(prefix)
    assert.equal(names.of('a/b.txt'), 'some/folder/a/b.txt')
    assert.equal(names.below(undefined), 'some/folder/')
    assert.equal(names.below('a'), 'some/folder/a/')
    assert.equal(names.keyOf('some/folder/a/b.txt'), 'a/b.txt')
  })
}

test('refuses what is no canonical key, in every direction', () => {
  const names = new ObjectNames('folder')
  for (const key of ['', '../a', 'a/', 'a//b', '/a']) {
    assert.throws(() => names.of(key), InvalidKeyError)
    assert.throws(() => names.below(key), InvalidKeyError)
    assert.equal(names.keyOf(`folder/${key}`), undefined)
  }
})

test('refuses a folder that no key could name', () => {
  for (const prefix of ['/', '/a', 'a//', '../a', 'a/./b']) {
    assert.throws(() => new ObjectNames(prefix), ConfigurationError)
  }
})
