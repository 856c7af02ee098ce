import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { createProgress, type Output } from './progress.js'
import type { Transfer } from './transfers.js'

const XTERM = { TERM: 'xterm' }
const UP = (lines: number) => `\x1b[${lines}A\x1b[0J`

describe('progress at a terminal', () => {
  test('is a line for each download, drawn in place five times a second and no more', (t) => {
    const { writes, output, tick } = terminal(t)
    const progress = createProgress(output, XTERM)
    const [a, b] = [transfer({ name: 'a.bin' }), transfer({ name: 'b.bin', client: '::1' })]
    progress.begin(a)
    progress.begin(b)
    assert.deepEqual(writes, [])
    for (let step = 1; step <= 10; step++) {
      Object.assign(a, { bytes: step * 10, seconds: step / 10 })
      tick(100)
    }
    assert.equal(writes.length, 5)
    assert.equal(writes[0], '127.0.0.1  a.bin  20 %   100 B/s\n::1  b.bin   0 %     0 B/s\n')
    assert.equal(writes[1], `${UP(2)}127.0.0.1  a.bin  40 %   100 B/s\n::1  b.bin   0 %     0 B/s\n`)
  })

  test('has what is said meanwhile, and downloads that have ended, above it', (t) => {
    const { writes, output, tick } = terminal(t)
    const progress = createProgress(output, XTERM)
    const [a, b] = [transfer({ name: 'a' }), transfer({ name: 'b' })]
    progress.begin(a)
    progress.begin(b)
    tick(200)
    progress.note('Something failed.')
    a.bytes = 100
    progress.end(a)
    tick(200)
    assert.match(
      writes[1] ?? '',
      /\[0JSomething failed\.\n127\.0\.0\.1 200 "a" 100 bytes in 1\.00 s\n127\.0\.0\.1 {2}b /,
    )
    b.isWhole = false
    progress.end(b)
    tick(200)
    assert.equal(writes[2], `${UP(1)}127.0.0.1 200 "b" 0 bytes in 1.00 s, broken off\n`)
    tick(1000)
    assert.equal(writes.length, 3, 'Nothing is drawn when there is nothing to draw.')
    progress.note('Later.')
    tick(200)
    assert.equal(writes[3], 'Later.\n')
  })

  test('shows what the system says of a hostile name, and lets it do nothing', (t) => {
    const { writes, output, tick } = terminal(t)
    const said = "EMFILE: too many open files, open '/srv/a\x1b]0;b\x07\x9b2J\nc'"
    const shown = "EMFILE: too many open files, open '/srv/a\\u{1b}]0;b\\u{7}\\u{9b}2J\\u{a}c'\n"
    createProgress(output, XTERM).note(said)
    tick(200)
    createProgress({ ...output, isTTY: false }).note(said)
    assert.deepEqual(writes, [shown, shown])
  })

  test('tells how fast it goes of late', (t) => {
    const { writes, output, tick } = terminal(t)
    const progress = createProgress(output, XTERM)
    const a = transfer({ total: 10_000, seconds: 0 })
    progress.begin(a)
    for (const [seconds, bytes] of [
      [1, 5000],
      [1.5, 9000],
      [3, 9000],
      [5, 9000],
    ] as const) {
      Object.assign(a, { seconds, bytes })
      tick(200)
    }
    assert.deepEqual(
      writes.map((text) => /\S+ \S+\/s/.exec(text)?.[0]),
      ['5.0 kB/s', '5.0 kB/s', '2.0 kB/s', '0 B/s'],
    )
  })

  test('never takes more room than there is', (t) => {
    const { writes, output, tick } = terminal(t, { columns: 40, rows: 6 })
    const progress = createProgress(output, XTERM)
    for (let index = 0; index < 9; index++) progress.begin(transfer({ name: `${'日本'.repeat(30)}${index}` }))
    tick(200)
    const lines = writes[0]?.split('\n').slice(0, -1) ?? []
    assert.equal(lines.length, 4)
    assert.equal(lines[3], '… and 6 more')
    for (const line of lines) {
      const columns = [...line].reduce((sum, character) => sum + (character < '\x7f' ? 1 : 2), 0)
      assert.ok(columns < 40, `${columns} columns: ${line}`)
    }
    assert.match(lines[0] ?? '', /^127\.0\.0\.1 {2}日本.*… +0 % +0 B\/s$/)
  })

  test('does not know how much is missing before the reply has begun, nor of an empty file', (t) => {
    const { writes, output, tick } = terminal(t)
    const progress = createProgress(output, XTERM)
    progress.begin(transfer({ total: undefined }))
    progress.begin(transfer({ total: 0 }))
    tick(200)
    assert.doesNotMatch(writes[0] ?? '', /%/)
  })

  test('shows a name without what it would do to the terminal', (t) => {
    const { writes, output, tick } = terminal(t)
    const progress = createProgress(output, XTERM)
    progress.begin(transfer({ name: 'a\x1b[2J\nb' }))
    tick(200)
    assert.match(writes[0] ?? '', /^127\.0\.0\.1 {2}a\\u\{1b\}\[2J\\u\{a\}b /)
  })

  test('writes at the end what is still to be written', (t) => {
    const { writes, output, tick } = terminal(t)
    const progress = createProgress(output, XTERM)
    progress.begin(transfer({}))
    tick(200)
    progress.note('The end.')
    progress.close()
    assert.equal(writes[1], `${UP(1)}The end.\n`)
    tick(1000)
    assert.equal(writes.length, 2)
  })
})

describe('progress elsewhere', () => {
  for (const [where, isTTY, env] of [
    ['in a file', false, XTERM],
    ['at a terminal that can do nothing', true, { TERM: 'dumb' }],
  ] as const) {
    test(`is one plain line for each download that has ended, ${where}`, (t) => {
      const { writes, output, tick } = terminal(t, { isTTY })
      const progress = createProgress(output, env)
      const a = transfer({ name: 'a\n.txt', status: 206, bytes: 7 })
      progress.begin(a)
      tick(1000)
      assert.deepEqual(writes, [])
      progress.end(a)
      progress.close()
      assert.deepEqual(writes, ['127.0.0.1 206 "a\\u{a}.txt" 7 bytes in 1.00 s\n'])
    })
  }
})

type Writable<T> = { -readonly [Name in keyof T]: T[Name] }

function transfer(told: Partial<Transfer>): Writable<Transfer> {
  return { name: 'file', client: '127.0.0.1', status: 200, bytes: 0, total: 100, isWhole: true, seconds: 1, ...told }
}

function terminal(t: TestContext, told: Partial<Output> = {}) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const writes: string[] = []
  const output = { isTTY: true, columns: 80, rows: 24, ...told, write: (text: string) => void writes.push(text) }
  return { writes, output, tick: (milliseconds: number) => t.mock.timers.tick(milliseconds) }
}
