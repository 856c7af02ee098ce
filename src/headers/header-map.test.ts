import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { HeaderMap } from './header-map.js'

test('a name finds its value whatever the case', () => {
  const headers = new HeaderMap({ 'X-Custom': 'a' })
  for (const name of ['X-Custom', 'x-custom', 'X-CUSTOM']) {
    assert.equal(headers.get(name), 'a')
    assert.equal(headers.has(name), true)
  }
  headers.set('x-CUSTOM', 'b')
  assert.deepEqual([...headers], [['x-CUSTOM', 'b']])
  headers.delete('X-cusTOM')
  assert.equal(headers.get('X-Custom'), null)
  assert.equal(headers.has('X-Custom'), false)
})

test('it is made from a record, from pairs, from a web Headers and from another map', () => {
  const expected = { etag: '"a"', vary: 'Accept, Cookie' }
  for (const init of [
    { ETag: '"a"', Vary: ['Accept', 'Cookie'] },
    [
      ['ETag', '"a"'],
      ['Vary', 'Accept'],
      ['vary', 'Cookie'],
    ] as [string, string][],
    new Headers([
      ['etag', '"a"'],
      ['vary', 'Accept'],
      ['vary', 'Cookie'],
    ]),
    new Map([
      ['ETag', '"a"'],
      ['Vary', 'Accept, Cookie'],
    ]),
  ]) {
    assert.deepEqual(lowerCased(new HeaderMap(init)), expected)
  }
  assert.deepEqual([...new HeaderMap()], [])
})

test('fields keep the order in which they were first set', () => {
  const headers = new HeaderMap({ B: '1', A: '2' }).set('C', '3').set('b', '4')
  assert.deepEqual(
    [...headers].map(([name]) => name),
    ['b', 'A', 'C'],
  )
})

test('values are joined by a comma, and each cookie keeps a line of its own', () => {
  const headers = new HeaderMap().append('Vary', 'Accept').append('vary', 'Cookie')
  headers.append('Set-Cookie', 'a=1').append('set-cookie', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT')
  assert.equal(headers.get('Vary'), 'Accept, Cookie')
  assert.deepEqual(
    [...headers],
    [
      ['vary', 'Accept, Cookie'],
      ['set-cookie', ['a=1', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT']],
    ],
  )
  assert.equal(headers.get('Set-Cookie'), 'a=1, b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT')
  assert.deepEqual([...new HeaderMap({ 'Set-Cookie': ['a=1', 'b=2', 'c=3'] })], [['Set-Cookie', ['a=1', 'b=2', 'c=3']]])
})

test('all cookies of a web Headers come through', () => {
  const source = new Headers()
  source.append('Set-Cookie', 'a=1')
  source.append('Set-Cookie', 'b=2')
  assert.deepEqual([...new HeaderMap(source)], [['set-cookie', ['a=1', 'b=2']]])
})

test('a missing value is filled in, a present one stays', () => {
  const headers = new HeaderMap({ ETag: '"own"' }).setMissing('etag', '"file"').setMissing('Vary', 'Cookie')
  assert.deepEqual(
    [...headers],
    [
      ['ETag', '"own"'],
      ['Vary', 'Cookie'],
    ],
  )
})

test('a default is known as one until somebody sets the value on purpose', () => {
  const headers = new HeaderMap({ A: 'own' }).setDefault('a', 'default').setDefault('B', 'default').setMissing('C', 'x')
  assert.equal(headers.get('A'), 'own')
  assert.equal(headers.get('B'), 'default')
  assert.deepEqual(
    ['A', 'b', 'C', 'D'].map((name) => headers.isDefault(name)),
    [false, true, false, false],
  )
  assert.equal(headers.clone().isDefault('B'), true)
  assert.equal(headers.set('b', 'mine').isDefault('B'), false)
  assert.equal(headers.setDefault('Set-Cookie', 'a=1').append('Set-Cookie', 'b=2').isDefault('Set-Cookie'), false)
})

test('overriding replaces fields of the same name and keeps the others', () => {
  const headers = new HeaderMap({ A: '1', B: '2', 'Set-Cookie': 'a=1' })
  headers.override(new HeaderMap({ b: '3', 'set-cookie': ['b=2', 'c=3'] }).setDefault('D', '4'))
  assert.deepEqual(
    [...headers],
    [
      ['A', '1'],
      ['b', '3'],
      ['set-cookie', ['b=2', 'c=3']],
      ['D', '4'],
    ],
  )
  assert.equal(headers.isDefault('d'), true)
})

test('a clone changes without its original, and the other way round', () => {
  const original = new HeaderMap({ A: '1', 'Set-Cookie': ['a=1', 'b=2'] })
  const clone = original.clone().set('A', '2').append('Set-Cookie', 'c=3').set('B', '1')
  original.delete('A')
  assert.deepEqual([...original], [['Set-Cookie', ['a=1', 'b=2']]])
  assert.deepEqual(
    [...clone],
    [
      ['A', '2'],
      ['Set-Cookie', ['a=1', 'b=2', 'c=3']],
      ['B', '1'],
    ],
  )
})

test('no value can end its line or be cut short', () => {
  const writers: ((value: string) => unknown)[] = [
    (value) => new HeaderMap({ Name: value }),
    (value) => new HeaderMap([['Name', value]]),
    (value) => new HeaderMap({ 'Set-Cookie': ['a=1', value] }),
    (value) => new HeaderMap().set('Name', value),
    (value) => new HeaderMap().setMissing('Name', value),
    (value) => new HeaderMap().setDefault('Name', value),
    (value) => new HeaderMap().append('Name', value),
    (value) => new HeaderMap({ Name: 'a' }).append('Name', value),
  ]
  for (const character of ['\r', '\n', '\0', '\u0001', '\u000b', '\u001b', '\u007f', '\u0100', '\u2028', '\ud83d']) {
    for (const write of writers) assert.throws(() => write(`a${character}b`), TypeError)
  }
})

test('a value that was refused leaves the old one', () => {
  const headers = new HeaderMap({ Name: 'old' })
  assert.throws(() => headers.set('Name', 'new\r\nSet-Cookie: a=1'), /The value of Name has a character/)
  assert.deepEqual([...headers], [['Name', 'old']])
})

test('a name is a token', () => {
  for (const name of ['', ' ', 'a b', 'a:', 'a\r\nb', 'a\0', '\u00e9', '"a"', 'a/b', '(a)']) {
    assert.throws(() => new HeaderMap().set(name, 'x'), /is not a header name/)
  }
  assert.equal(new HeaderMap().set("!#$%&'*+-.^_`|~09Az", 'x').get("!#$%&'*+-.^_`|~09aZ"), 'x')
  assert.equal(new HeaderMap().set('__proto__', 'x').get('__PROTO__'), 'x')
})

test('what it takes, a web Headers takes as well, and both read the same', () => {
  const value = fc.string({
    unit: fc.oneof(fc.constantFrom('\t', '\u00ff', '\u0080', ',', '"'), fc.string({ maxLength: 1 })),
  })
  fc.assert(
    fc.property(value, value, (first, second) => {
      const headers = new HeaderMap({ Name: `a${first}a` }).append('name', `b${second}b`)
      assert.equal(headers.get('name'), new Headers([...headers] as [string, string][]).get('name'))
    }),
  )
})

function lowerCased(headers: HeaderMap): Record<string, unknown> {
  return Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), value]))
}

test('frozen headers can be read, shared and cloned, and not changed', () => {
  const headers = new HeaderMap({ ETag: '"a"', 'Set-Cookie': ['a=1', 'b=2'] }).freeze()
  assert.deepEqual(headers.lines, ['ETag', '"a"', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'])
  assert.equal(headers.lines, headers.lines)
  for (const change of [
    () => headers.set('ETag', '"b"'),
    () => headers.setMissing('Age', '1'),
    () => headers.setDefault('Age', '1'),
    () => headers.append('Set-Cookie', 'c=3'),
    () => headers.delete('ETag'),
    () => headers.override(new HeaderMap({ ETag: '"b"' })),
  ]) {
    assert.throws(change, TypeError)
  }
  const clone = headers.clone().set('ETag', '"b"')
  assert.deepEqual(clone.lines, ['ETag', '"b"', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'])
  assert.equal(headers.get('ETag'), '"a"')
})

test('the lines of headers that can still change are those of the moment', () => {
  const headers = new HeaderMap({ A: '1' })
  assert.deepEqual(headers.lines, ['A', '1'])
  assert.deepEqual(headers.set('B', '2').lines, ['A', '1', 'B', '2'])
})

test('the fields of a clone, and of headers that can still change, are their own', () => {
  const headers = new HeaderMap({ ETag: '"a"' }).setDefault('Cache-Control', 'private').freeze()
  assert.deepEqual(headers.fields, [
    { name: 'ETag', key: 'etag', value: '"a"', isDefault: false },
    { name: 'Cache-Control', key: 'cache-control', value: 'private', isDefault: true },
  ])
  const clone = headers.clone().delete('ETag')
  assert.deepEqual(
    clone.fields.map(({ key }) => key),
    ['cache-control'],
  )
  assert.deepEqual(
    clone.set('Age', '1').fields.map(({ key }) => key),
    ['cache-control', 'age'],
  )
  assert.equal(headers.fields.length, 2)
})
