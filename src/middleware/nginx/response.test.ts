import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { download } from '../../../test/proxies/downloads.js'
import { HeaderMap } from '../../headers/header-map.js'
import { ProxiedDownloadResponse } from '../../responses/proxied.js'
import { type XAccelOptions, XAccelRedirectResponse } from './response.js'

function respond(options?: XAccelOptions, contentType?: string): XAccelRedirectResponse {
  const headers = new HeaderMap(contentType === undefined ? {} : { 'Content-Type': contentType })
  return new XAccelRedirectResponse(download(), headers, '/protected/a%20b.txt', options)
}

test('nginx is told the address', () => {
  const response = respond()
  assert.ok(response instanceof ProxiedDownloadResponse, 'It is no ProxiedDownloadResponse.')
  assert.equal(response.redirectUrl, '/protected/a%20b.txt')
  assert.deepEqual([...response.headers], [['X-Accel-Redirect', '/protected/a%20b.txt']])
})

/** What each value of an option says; `null` is no header, so that nginx's own configuration decides. */
const MEANINGS: readonly (readonly [keyof XAccelOptions, string, readonly (readonly [unknown, string | null])[]])[] = [
  [
    'expires',
    'X-Accel-Expires',
    [
      [undefined, null],
      [null, null],
      [false, 'off'],
      [0, '0'],
      [60, '60'],
      [86_400, '86400'],
    ],
  ],
  [
    'withBuffering',
    'X-Accel-Buffering',
    [
      [undefined, null],
      [null, null],
      [true, 'yes'],
      [false, 'no'],
    ],
  ],
  [
    'limitRate',
    'X-Accel-Limit-Rate',
    [
      [undefined, null],
      [null, null],
      [false, 'off'],
      [0, 'off'],
      [1, '1'],
      [100_000, '100000'],
    ],
  ],
]

for (const [option, header, meanings] of MEANINGS) {
  describe(option, () => {
    for (const [value, expected] of meanings) {
      test(`${value} is ${expected === null ? 'no header' : `"${expected}"`}`, () => {
        assert.equal(respond({ [option]: value }).headers.get(header), expected)
      })
    }
  })
}

describe('expires at a moment', () => {
  const seconds = (moment: Date) => Number(respond({ expires: moment }).headers.get('X-Accel-Expires'))

  test('is the seconds until then', () => {
    const inAnHour = seconds(new Date(Date.now() + 3_600_000))
    assert.ok(inAnHour >= 3590 && inAnHour <= 3600, String(inAnHour))
  })

  test('is 0 when that has passed', () => {
    assert.equal(seconds(new Date(0)), 0)
  })
})

describe('the charset', () => {
  for (const [contentType, charset] of [
    [undefined, null],
    ['image/png', null],
    ['text/plain', null],
    ['text/plain; charset=utf-8', 'utf-8'],
    ['text/plain; charset="UTF-8"', 'utf-8'],
    ['text/plain; charset=iso-8859-1; format=flowed', 'iso-8859-1'],
    ['text/plain; format=flowed; charset=utf-8', 'utf-8'],
  ] as const) {
    test(`of ${contentType} is ${charset === null ? 'not told' : charset}`, () => {
      assert.equal(respond({}, contentType).headers.get('X-Accel-Charset'), charset)
    })
  }
})
