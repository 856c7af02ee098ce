import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fileEtag, isStrong, strongMatch, weakMatch } from './etag.js'

test('a list finds a tag strongly, weakly or not at all', () => {
  // RFC 9110, 8.8.3.2 has the first four.
  for (const { list, etag, strong, weak } of [
    { list: 'W/"1"', etag: 'W/"1"', strong: false, weak: true },
    { list: 'W/"1"', etag: 'W/"2"', strong: false, weak: false },
    { list: 'W/"1"', etag: '"1"', strong: false, weak: true },
    { list: '"1"', etag: '"1"', strong: true, weak: true },
    { list: '"1"', etag: 'W/"1"', strong: false, weak: true },
    { list: '"1"', etag: undefined, strong: false, weak: false },
    { list: '"a", "b", "c"', etag: '"c"', strong: true, weak: true },
    { list: '"a","b"', etag: '"b"', strong: true, weak: true },
    { list: '"a" ,\t"b"', etag: '"b"', strong: true, weak: true },
    { list: 'W/"a", "a"', etag: '"a"', strong: true, weak: true },
    { list: ' ,, "a" ,,', etag: '"a"', strong: true, weak: true },
    { list: '""', etag: '""', strong: true, weak: true },
    { list: '"A"', etag: '"a"', strong: false, weak: false },
    { list: '"a\u00e9"', etag: '"a\u00e9"', strong: true, weak: true },
    { list: '"a\\"', etag: '"a\\"', strong: true, weak: true },
  ]) {
    assert.equal(strongMatch(list, etag), strong, `${list} strongly has ${etag}`)
    assert.equal(weakMatch(list, etag), weak, `${list} weakly has ${etag}`)
  }
})

test('a comma inside the quotes belongs to the tag', () => {
  assert.equal(strongMatch('"x", "a,b"', '"a,b"'), true)
  assert.equal(weakMatch('W/"a, b"', 'W/"a, b"'), false, 'a blank belongs to no tag')
  for (const etag of ['"a"', '"b"', 'a', 'b']) {
    assert.equal(strongMatch('"a,b"', etag), false)
    assert.equal(weakMatch('"a,b"', etag), false)
  }
})

test('from the first thing that is no tag on, nothing matches', () => {
  for (const list of [
    '',
    ',',
    'a',
    '"a',
    'a"',
    "'a'",
    '*',
    '*, "a"',
    'w/"a"',
    'W / "a"',
    'W/a',
    'x"a"',
    '"b" "a"',
    '"b""a"',
    '"b"; "a"',
    '"b", a, "a"',
    '"b", "a',
    '"a"x',
    '"x\u0000", "a"',
    '"\u0100", "a"',
  ]) {
    assert.equal(strongMatch(list, '"a"'), false, list)
    assert.equal(weakMatch(list, '"a"'), false, list)
  }
})

test('a list finds exactly the tags that it was made of', () => {
  const opaque = fc.string({ unit: fc.constantFrom('a', 'b', ',', '/', 'W', '\u00ff'), maxLength: 3 })
  const tag = fc.record({ weak: fc.boolean(), opaque })
  const separator = fc.constantFrom(',', ', ', ' , ', ',\t', ',,', ', ,')
  fc.assert(
    fc.property(fc.array(tag), separator, tag, (tags, separator, wanted) => {
      const list = tags.map(written).join(separator)
      const same = tags.filter((each) => each.opaque === wanted.opaque)
      assert.equal(weakMatch(list, written(wanted)), same.length > 0)
      assert.equal(strongMatch(list, written(wanted)), !wanted.weak && same.some((each) => !each.weak))
    }),
    { numRuns: 2000 },
  )
})

test('a list that was written to be slow is read in one go', () => {
  // 16 times what a server takes: work that grew with the square of this would not end.
  const length = 1 << 18
  for (const piece of [',', ' ', '"', 'W/', 'W/"', '"a"', '"a",', '"a" ', ' ,', '",', '"a",,', '\t"a"\t,']) {
    const list = piece.repeat(length / piece.length)
    for (const hostile of [list, `"a"${list}x`, `"${list}`, `${list}"`, `${list}\u0000`]) {
      assert.equal(strongMatch(hostile, '"wanted"'), false)
      assert.equal(weakMatch(hostile, '"wanted"'), false)
    }
  }
})

test('only a tag in plain quotes is strong', () => {
  assert.equal(isStrong('"a"'), true)
  assert.equal(isStrong('W/"a"'), false)
  assert.equal(isStrong('a'), false)
  assert.equal(isStrong(''), false)
  assert.equal(isStrong(undefined), false)
})

test('the tag of a file is strong, and tells any two of size and time apart', () => {
  assert.equal(fileEtag(255, 16n), '"ff-10"')
  assert.equal(fileEtag(255n, 16n), '"ff-10"')
  const pair = fc.tuple(fc.nat(300), fc.bigInt({ min: -300n, max: 300n }))
  fc.assert(
    fc.property(pair, pair, ([size, time], [otherSize, otherTime]) => {
      const etag = fileEtag(size, time)
      assert.equal(isStrong(etag), true)
      assert.equal(etag === fileEtag(otherSize, otherTime), size === otherSize && time === otherTime)
    }),
  )
})

function written({ weak, opaque }: { weak: boolean; opaque: string }): string {
  return `${weak ? 'W/' : ''}"${opaque}"`
}
