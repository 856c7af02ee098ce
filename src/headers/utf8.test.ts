import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutToBytes, utf8Length } from './utf8.js'

const TEXTS = ['', 'a', 'é', '漢', '😀', '\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}', 'naïve 日本語 🎉.txt']

test('a text has as many bytes as its encoding', () => {
  for (const text of TEXTS) assert.equal(utf8Length(text), Buffer.byteLength(text), text)
})

test('a text is cut to the most whole characters that fit', () => {
  for (const text of TEXTS) {
    for (let bytes = 0; bytes <= Buffer.byteLength(text) + 1; bytes++) {
      const characters = [...text]
      while (Buffer.byteLength(characters.join('')) > bytes) characters.pop()
      assert.equal(cutToBytes(text, bytes), characters.join(''))
    }
  }
})
