import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { asksForBegin, beginsDownload } from './first.js'

describe('a reply begins a download', () => {
  test('when it is the whole file', () => assert.equal(beginsDownload([], undefined), true))

  test('when one of its ranges begins at the first byte', () => {
    assert.equal(beginsDownload([{ start: 0, end: 99 }], 1000), true)
    assert.equal(
      beginsDownload(
        [
          { start: 500, end: 599 },
          { start: 0, end: 99 },
        ],
        1000,
      ),
      true,
    )
  })

  test('but not when it goes on somewhere else', () => {
    assert.equal(beginsDownload([{ start: 1, end: 999 }], 1000), false)
  })

  test('and not when it is a look for ranges, of two bytes or one', () => {
    assert.equal(beginsDownload([{ start: 0, end: 1 }], 1000), false)
    assert.equal(beginsDownload([{ start: 0, end: 0 }], undefined), false)
    assert.equal(beginsDownload([{ start: 0, end: 2 }], 1000), true)
  })

  test('unless the file has no more', () => {
    assert.equal(beginsDownload([{ start: 0, end: 1 }], 2), true)
  })
})

test('a download that another server sends begins where its first range does', () => {
  for (const header of [null, 'bytes=0-', 'bytes=0-99', 'lines=5-', 'bytes=5-1']) {
    assert.equal(asksForBegin(header), true, `${header}`)
  }
  for (const header of ['bytes=1-', 'bytes=-5', 'bytes=0-1', 'bytes=9-10']) {
    assert.equal(asksForBegin(header), false, `${header}`)
  }
})
