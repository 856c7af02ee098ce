import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { contentDisposition, safeName } from '../headers/content-disposition.js'
import { parseContentDisposition } from './parse-content-disposition.js'

describe('parseContentDisposition', () => {
  const headers: readonly (readonly [header: string | null, type: string, name: string])[] = [
    [null, '', ''],
    ['', '', ''],
    ['attachment', 'attachment', ''],
    ['Inline', 'inline', ''],
    ['attachment; filename="a b.txt"', 'attachment', 'a b.txt'],
    ['attachment; filename=a.txt', 'attachment', 'a.txt'],
    ['attachment;filename = "a.txt"', 'attachment', 'a.txt'],
    ['attachment ; FileName="a.txt"', 'attachment', 'a.txt'],
    ['attachment; filename=""', 'attachment', ''],
    [String.raw`attachment; filename="say \"hi\".txt"`, 'attachment', 'say "hi".txt'],
    [String.raw`attachment; filename="back\\slash.txt"`, 'attachment', String.raw`back\slash.txt`],
    ['attachment; filename="a%41.txt"', 'attachment', 'a%41.txt'],
    [`attachment; filename="_.txt"; filename*=UTF-8''%E6%97%A5%F0%9F%98%80.txt`, 'attachment', '日😀.txt'],
    [`attachment; filename*=UTF-8''%C3%A9.txt; filename="e.txt"`, 'attachment', 'é.txt'],
    [`attachment; filename*=utf-8'en'a%20b.txt`, 'attachment', 'a b.txt'],
    [`attachment; filename*=iso-8859-1''%E9.txt`, 'attachment', 'é.txt'],
    [`attachment; filename="a.txt"; filename*=utf-7''b.txt`, 'attachment', 'a.txt'],
    [`attachment; filename="a.txt"; filename*=UTF-8''%zz.txt`, 'attachment', 'a.txt'],
    [`attachment; filename="a.txt"; filename*="UTF-8''b.txt"x`, 'attachment', 'b.txt'],
    ['attachment; filename="a.txt"; filename="b.txt"', 'attachment', 'a.txt'],
    [`inline; filename="x; filename*=UTF-8''evil.exe"`, 'inline', "x; filename*=UTF-8''evil.exe"],
    [String.raw`inline; filename="\"; filename=evil.exe"`, 'inline', '"; filename=evil.exe'],
    ['attachment; size=3; filename=a.txt', 'attachment', 'a.txt'],
    ['attachment; filename="never closed', 'attachment', ''],
  ]
  for (const [header, type, name] of headers) {
    test(`reads ${JSON.stringify(header)}`, () => {
      assert.deepEqual(parseContentDisposition(header), { type, name })
    })
  }

  test('finds every name again that is written', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1 }),
        fc.constantFrom('attachment', 'inline'),
        (name, type) => {
          const parsed = parseContentDisposition(contentDisposition(type as 'attachment', name))
          assert.deepEqual(parsed, { type, name: safeName(name) })
        },
      ),
      { numRuns: 2000 },
    )
  })
})
