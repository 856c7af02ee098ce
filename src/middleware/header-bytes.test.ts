import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasControl, rawUtf8 } from './header-bytes.js'

test('text is written as its UTF-8 bytes, one character each', () => {
  assert.equal(rawUtf8('/files/a b%41?#;.txt'), '/files/a b%41?#;.txt')
  assert.equal(rawUtf8('é'), '\u00C3\u00A9')
  assert.equal(Buffer.from(rawUtf8('日本語 😀') ?? '', 'latin1').toString(), '日本語 😀')
})

test('text with a control character cannot be carried', () => {
  for (const text of ['a\nb', 'a\rb', 'a\tb', 'a\0b', 'a\u001Fb', 'a\u007Fb']) {
    assert.equal(rawUtf8(text), undefined, JSON.stringify(text))
    assert.ok(hasControl(text), JSON.stringify(text))
  }
})

test('text with a blank at its end cannot be carried, and with one elsewhere it can', () => {
  assert.equal(rawUtf8('/files/name '), undefined)
  assert.equal(rawUtf8('/files/ name'), '/files/ name')
  assert.equal(rawUtf8('/files/name\u00A0'), '/files/name\u00C2\u00A0')
  assert.ok(!hasControl('/files/name '), 'A blank was taken for a control character.')
})
