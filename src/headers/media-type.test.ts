import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canRunScript, charsetOf, essenceOf, guessMediaType, withCharset } from './media-type.js'

test('the type is guessed from the last extension alone', () => {
  for (const [name, mediaType] of [
    ['report.pdf', 'application/pdf'],
    ['page.html', 'text/html'],
    ['PAGE.HTML', 'text/html'],
    ['photo.JPeG', 'image/jpeg'],
    ['folder.html/photo.png', 'image/png'],
    ['archive.tar.gz', 'application/gzip'],
    ['page.html.gz', 'application/gzip'],
    ['data:text/html,x.png', 'image/png'],
    ['https://example.org/x.png', 'image/png'],
    ['a.b.c.txt', 'text/plain'],
    ['.html', 'text/html'],
    ['\u65e5\u672c\u8a9e.txt', 'text/plain'],
  ] as const) {
    assert.equal(guessMediaType(name), mediaType, name)
  }
})

test('a name that says nothing has no type', () => {
  for (const name of [
    undefined,
    '',
    'html',
    'text/html',
    'folder.html/html',
    'folder.html/readme',
    'report.',
    '.',
    '..',
    'a.html.',
    'a.html ',
    'a.unheard-of',
    'a.constructor',
    'a.__proto__',
    'a.toString',
  ]) {
    assert.equal(guessMediaType(name), undefined, name)
  }
})

test('only text gets a charset, and only one', () => {
  for (const [mediaType, completed] of [
    ['text/plain', 'text/plain; charset=utf-8'],
    ['TEXT/HTML', 'TEXT/HTML; charset=utf-8'],
    ['text/plain; format=flowed', 'text/plain; format=flowed; charset=utf-8'],
    ['text/plain; charset=latin1', 'text/plain; charset=latin1'],
    ['text/plain;CHARSET="UTF-16"', 'text/plain;CHARSET="UTF-16"'],
    ['text/plain ; charset = utf-16', 'text/plain ; charset = utf-16'],
    ['text/plain; x-charset=latin1', 'text/plain; x-charset=latin1; charset=utf-8'],
    ['image/png', 'image/png'],
    ['image/svg+xml', 'image/svg+xml'],
    ['application/json', 'application/json'],
    ['application/octet-stream', 'application/octet-stream'],
    ['textile/plain', 'textile/plain'],
  ] as const) {
    assert.equal(withCharset(mediaType, 'utf-8'), completed)
    assert.equal(withCharset(mediaType, undefined), mediaType)
    assert.equal(withCharset(mediaType, ''), mediaType)
  }
})

test('a charset is told without quotes and in lower case', () => {
  assert.equal(charsetOf('text/plain; charset=UTF-8'), 'utf-8')
  assert.equal(charsetOf('text/plain;format=flowed;Charset="ISO-8859-1"; x=y'), 'iso-8859-1')
  assert.equal(charsetOf('text/plain; charset=utf-8; format=flowed'), 'utf-8')
  assert.equal(charsetOf('text/plain'), undefined)
  assert.equal(charsetOf('text/plain; charset='), undefined)
  assert.equal(charsetOf('charset=utf-8'), undefined)
})

test('what stands in the quotes of another parameter is no charset', () => {
  assert.equal(charsetOf('text/plain; title="a; charset=utf-16"'), undefined)
  assert.equal(charsetOf('text/plain; title="a\\"; charset=utf-16"; charset=utf-8'), 'utf-8')
  assert.equal(charsetOf('text/plain; title="not closed; charset=utf-16'), undefined)
  assert.equal(
    withCharset('text/plain; title="; charset=x"', 'utf-8'),
    'text/plain; title="; charset=x"; charset=utf-8',
  )
})

test('a quoted charset is read with its escapes, and one that is no name says nothing', () => {
  assert.equal(charsetOf('text/plain; charset="utf\\-8"'), 'utf-8')
  assert.equal(charsetOf('text/plain; charset="utf 8"'), undefined)
  assert.equal(charsetOf('text/plain; charset=""'), undefined)
  assert.equal(charsetOf('text/plain; foo bar; charset=utf-8'), 'utf-8')
  assert.equal(charsetOf('text/plain;;charset=utf-8'), 'utf-8')
})

test('the essence is the type without its parameters', () => {
  assert.equal(essenceOf('Text/HTML; charset=utf-8'), 'text/html')
  assert.equal(essenceOf(' text/html ;x'), 'text/html')
  assert.equal(essenceOf(''), '')
})

test('types that a browser would run scripts of are known', () => {
  for (const mediaType of [
    'text/html',
    'TEXT/HTML; charset=utf-8',
    ' text/html',
    'text/html ;x=y',
    'application/xhtml+xml',
    'image/svg+xml',
    'image/SVG+XML; charset=utf-8',
    'application/xml',
    'text/xml',
    'text/xsl',
    'application/atom+xml',
    'application/mathml+xml',
    'multipart/x-mixed-replace; boundary=x',
    // Browsers take the last type of a list that is one.
    'image/png, text/html',
    'image/png,image/svg+xml',
    'text/html, image/png',
  ]) {
    assert.equal(canRunScript(mediaType), true, mediaType)
  }
})

test('types that only show something are not restricted', () => {
  for (const mediaType of [
    '',
    'text/plain',
    'text/plain; x=text/html',
    'text/css',
    'image/png',
    'video/mp4',
    'application/pdf',
    'application/json',
    'application/octet-stream',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ]) {
    assert.equal(canRunScript(mediaType), false, mediaType)
  }
})
