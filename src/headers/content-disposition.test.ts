import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contentDisposition, MAX_NAME_BYTES, safeName } from './content-disposition.js'

test('a name is written in ASCII for every client, and exactly for those that read filename*', () => {
  for (const [name, header] of [
    ['demo.txt', 'attachment; filename="demo.txt"'],
    ['a,b.txt', 'attachment; filename="a,b.txt"'],
    ["it's(1)*.txt", 'attachment; filename="it\'s(1)*.txt"'],
    ["it's (1)*.txt", "attachment; filename=\"it's_(1)*.txt\"; filename*=UTF-8''it%27s%20%281%29%2A.txt"],
    ['a b.txt', `attachment; filename="a_b.txt"; filename*=UTF-8''a%20b.txt`],
    ['\u00e9.txt', `attachment; filename="e.txt"; filename*=UTF-8''%C3%A9.txt`],
    ['espac\u00e9 .txt', `attachment; filename="espace_.txt"; filename*=UTF-8''espac%C3%A9%20.txt`],
    ['"x".txt', 'attachment; filename="\\"x\\".txt"'],
    // The example of RFC 8187, 3.2.3.
    [
      '\u00a3 and \u20ac rates',
      `attachment; filename="__and___rates"; filename*=UTF-8''%C2%A3%20and%20%E2%82%AC%20rates`,
    ],
  ] as const) {
    assert.equal(contentDisposition('attachment', name), header)
  }
})

test('each name arrives as what it was, but for what is dangerous', () => {
  // The name, what a client reads that knows only `filename`, and what the others read.
  for (const [name, plain, exact] of [
    ['\uff21\uff22.txt', 'AB.txt', '\uff21\uff22.txt'],
    ['e\u0301.txt', 'e.txt', 'e\u0301.txt'],
    ['\u{1f600} smile.png', '__smile.png', '\u{1f600} smile.png'],
    ['\u{1f468}\u200d\u{1f467}.x1', 'download.x1', '\u{1f468}\u200d\u{1f467}.x1'],
    ['100%41.txt', '100%41.txt', '100%41.txt'],
    ['a;b=c.txt', 'a;b=c.txt', undefined],
    ['.htaccess', '.htaccess', undefined],
    // Quotes, and what folds to one.
    ['x.txt"; filename="evil.exe', 'x.txt";_filename="evil.exe', 'x.txt"; filename="evil.exe'],
    ['\uff02x.txt', '"x.txt', '\uff02x.txt'],
    ['"malicious\\file.exe', '"malicious_file.exe', undefined],
    // Separators, what folds to one, and what only looks like one.
    ['a/b.txt', 'a_b.txt', undefined],
    ['../../etc/passwd', '.._.._etc_passwd', undefined],
    ['..\\..\\boot.ini', '.._.._boot.ini', undefined],
    ['a\uff0fb\uff3cc\ufe68d.txt', 'a_b_c_d.txt', undefined],
    ['a\u2044b\u2215c\u29f8d\u29f5e.txt', 'a_b_c_d_e.txt', undefined],
    ['\u2105\u2106.txt', 'c_oc_u.txt', '\u2105\u2106.txt'],
    // Controls, line ends, and what turns the text around.
    ['a\tb\r\nc.txt', 'a_b__c.txt', 'a b  c.txt'],
    ['a\0b\u007fc\u0085d\u009b.txt', 'abcd.txt', undefined],
    ['invoice\u202efdp.exe', 'invoicefdp.exe', undefined],
    ['a\u2066b\u2069c\u200ed\u200fe\u061cf.txt', 'abcdef.txt', undefined],
    ['a\u2028b\u2029c.txt', 'a_b_c.txt', 'a b c.txt'],
    ['a\u200bb\u2060c.txt', 'abc.txt', undefined],
    [' \ufeff a.txt \n', 'a.txt', undefined],
    ['a\u200bb\ufeff.txt', 'ab.txt', undefined],
    // Half a character.
    ['a\ud83d.txt', 'a_.txt', 'a\ufffd.txt'],
    ['\ude00\ud83da.txt', '__a.txt', '\ufffd\ufffda.txt'],
    ['\ud83d\ud83d\ude00a.txt', '__a.txt', '\ufffd\u{1f600}a.txt'],
  ] as const) {
    const read = parse(contentDisposition('attachment', name))
    assert.deepEqual([read.filename, read.extended], [plain, exact], JSON.stringify(name))
  }
})

test('no name is ever empty or a folder', () => {
  for (const [name, plain, exact] of [
    ['\u65e5\u672c\u8a9e.txt', 'download.txt', '\u65e5\u672c\u8a9e.txt'],
    ['\u65e5\u672c\u8a9e', 'download', '\u65e5\u672c\u8a9e'],
    ['\u65e5"\u672c.txt', 'download.txt', '\u65e5"\u672c.txt'],
    ['.\u65e5\u672c', 'download.__', '.\u65e5\u672c'],
    ['\u0301', 'download', '\u0301'],
    ['\u2026', 'download.', '\u2026'],
    ['\u2025', 'download.', '\u2025'],
    ['.\u0301.', 'download.', '.\u0301.'],
    ['.', 'download', undefined],
    ['..', 'download', undefined],
    ['...', 'download', undefined],
    [' .. ', 'download', undefined],
    ['.\u200b.', 'download', undefined],
    [' ', 'download', undefined],
    ['\0', 'download', undefined],
    ['\r\n', 'download', undefined],
    ['\u202e\u2066', 'download', undefined],
    [`${'.'.repeat(300)}${'a'.repeat(40)}`, 'download', undefined],
    ['/', '_', undefined],
  ] as const) {
    const read = parse(contentDisposition('attachment', name))
    assert.deepEqual([read.filename, read.extended], [plain, exact], JSON.stringify(name))
  }
})

test('without a name only the type is written', () => {
  assert.equal(contentDisposition('attachment'), 'attachment')
  assert.equal(contentDisposition('attachment', ''), 'attachment')
  assert.equal(contentDisposition('inline', undefined), 'inline')
})

test('inline carries the name as well', () => {
  assert.equal(contentDisposition('inline', 'demo.txt'), 'inline; filename="demo.txt"')
})

test('a long name is cut between two characters, and its extension stays', () => {
  for (const [name, cut] of [
    [`${'a'.repeat(235)}.txt`, `${'a'.repeat(235)}.txt`],
    [`${'a'.repeat(300)}.txt`, `${'a'.repeat(235)}.txt`],
    [`${'a'.repeat(300)}.tar.gz`, `${'a'.repeat(236)}.gz`],
    ['a'.repeat(300), 'a'.repeat(239)],
    [`${'a'.repeat(238)} b`, 'a'.repeat(238)],
    [`${'a'.repeat(300)}.${'b'.repeat(31)}`, `${'a'.repeat(207)}.${'b'.repeat(31)}`],
    [`${'a'.repeat(300)}.${'b'.repeat(32)}`, 'a'.repeat(239)],
    [`a.${'b'.repeat(300)}`, `a.${'b'.repeat(237)}`],
    [`.${'b'.repeat(300)}`, `.${'b'.repeat(238)}`],
    [`${'é'.repeat(200)}.txt`, `${'é'.repeat(117)}.txt`],
    [`${'漢'.repeat(200)}.txt`, `${'漢'.repeat(78)}.txt`],
    [`${'\u{1f600}'.repeat(150)}.png`, `${'\u{1f600}'.repeat(58)}.png`],
    [`a${'\u{1f600}'.repeat(150)}.png`, `a${'\u{1f600}'.repeat(58)}.png`],
    ['\u{1f600}'.repeat(150), '\u{1f600}'.repeat(59)],
  ] as const) {
    assert.equal(safeName(name), cut)
    const { filename, extended = filename } = parse(contentDisposition('attachment', name))
    assert.equal(extended, cut)
  }
})

test('a name that folding makes longer is cut as well', () => {
  const { filename, extended } = parse(contentDisposition('attachment', `${'\u2487'.repeat(75)}.txt`))
  assert.equal(filename, `${'(20)'.repeat(75).slice(0, MAX_NAME_BYTES - 4)}.txt`)
  assert.equal(extended, `${'\u2487'.repeat(75)}.txt`)
})

test('a name that was made to be slow is cut in one go', () => {
  for (const piece of ['a', '"', ' ', '.', '\\', '\ud83d', '\ude00', '\u202e', '\u0301', '\ufdfa', '%']) {
    harmless(piece.repeat(1 << 18))
  }
})

test('no character of Unicode breaks the header, and every letter, mark, digit and symbol stays as it is', () => {
  for (let first = 0; first <= 0x10ffff; first += 16) {
    const characters = Array.from({ length: 16 }, (_, more) => String.fromCodePoint(first + more))
    // A letter after each: a name that folds to no letter gets another plain form.
    const exact = harmless(`${characters.join('a')}a.txt`)
    const harmed = characters.filter((character) => !exact.includes(character) && isPrinted(character))
    assert.deepEqual(harmed, [])
  }
})

test('no text at all breaks the header', () => {
  const codeUnit = fc.oneof(
    fc.nat(0xffff).map((unit) => String.fromCharCode(unit)),
    fc.constantFrom(...'"\\/;=%. *\'\r\n\0', '\ud83d', '\ude00', '\u202e', '\uff02', '\uff3c', '\u2026', '\u0301'),
    fc.nat(0x10ffff).map((codePoint) => String.fromCodePoint(codePoint)),
  )
  fc.assert(
    fc.property(fc.string({ unit: codeUnit, maxLength: 40 }), fc.constantFrom(1, 1, 1, 30), (text, times) => {
      const name = text.repeat(times)
      if (name === '') return
      assert.equal(harmless(name), safeName(name))
      assert.equal(safeName(safeName(name)), safeName(name))
    }),
    { numRuns: 5000 },
  )
})

const PRINTED = /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u
const LOOKS_LIKE_SEPARATOR = /[/\\\u2044\u2215\u29f5\u29f8\uff0f\uff3c\ufe68]/

function isPrinted(character: string): boolean {
  return PRINTED.test(character) && !LOOKS_LIKE_SEPARATOR.test(character)
}

/** Nothing but dots; what is not seen, or half of a character; separators, and what folds to exactly one. */
const HARMFUL = /^\.*$|[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]|[/\\\uff0f\uff3c\ufe68]/u

/** Checks everything that must hold for any name, and gives what a client of today would save the file as. */
function harmless(name: string): string {
  const header = contentDisposition('attachment', name)
  const { filename, extended = filename } = parse(header)
  for (const each of [filename, extended]) {
    assert.ok(Buffer.byteLength(each) <= MAX_NAME_BYTES && !HARMFUL.test(each), header)
  }
  return extended
}

/**
 * Reads the header as RFC 6266, 4.1 and RFC 8187, 3.2.1 define it, and refuses whatever they do not allow.
 *
 * A plain form that a browser would percent-decode needs the exact one beside it.
 */
function parse(header: string): { filename: string; extended: string | undefined } {
  const [, quoted, encoded] = HEADER.exec(header) ?? assert.fail(`Malformed: ${header}`)
  const filename = (quoted as string).replace(/\\(.)/g, '$1')
  const extended = encoded === undefined ? undefined : decodeURIComponent(encoded)
  if (filename.includes('%')) assert.ok(extended !== undefined, header)
  return { filename, extended }
}

const QUOTED_STRING = '"((?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\\t \\x21-\\x7e])*)"'
const EXTENDED_VALUE = "UTF-8''((?:%[0-9A-F]{2}|[0-9A-Za-z!#$&+\\-.^_`|~])+)"
const HEADER = new RegExp(`^attachment; filename=${QUOTED_STRING}(?:; filename\\*=${EXTENDED_VALUE})?$`)
