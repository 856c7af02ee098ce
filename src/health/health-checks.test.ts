import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError } from '../errors.js'
import type { DownloadConfig } from '../middleware/config.js'
import { createHealthChecks, type HealthChecksOptions } from './health-checks.js'

const config: DownloadConfig = { backend: 'nginx', rules: [{ sourceDir: '/srv/files', destinationUrl: '/protected/' }] }
const publicUrl = 'https://files.example'

test('what could never be checked is refused at once, with the option and the mend', () => {
  const wrong: [options: HealthChecksOptions, message: RegExp][] = [
    [{ config, publicUrl: 'files.example' }, /^publicUrl \(--public\) must be the address of a server, such as/],
    [{ config, publicUrl: 'ftp://files.example' }, /^publicUrl \(--public\)/],
    [{ config, publicUrl: 'https://files.example/?a=1' }, /^publicUrl \(--public\)/],
    [{ config, publicUrl, applicationUrl: '127.0.0.1:3000' }, /^applicationUrl \(--application\)/],
    [{ config, publicUrl, path: 'canaries' }, /^path \(--path\) must begin with "\/"/],
    [{ config, publicUrl, path: '/canaries?all' }, /^path \(--path\)/],
    [{ config: { backend: 'nginx', rules: [] }, publicUrl }, /^rules is empty/],
    [{ config: { ...config, server: { application: 'nowhere' } }, publicUrl }, /^server\.application must be/],
    ...[-1, 0, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '5000', null].map(
      (timeout): [HealthChecksOptions, RegExp] => [
        { config, publicUrl, timeout: timeout as number },
        /^timeout must be a whole number of milliseconds from 1 to 2147483647, got /,
      ],
    ),
  ]
  for (const [options, message] of wrong) {
    assert.throws(
      () => createHealthChecks(options),
      (error) => error instanceof ConfigurationError && message.test(error.message),
      String(message),
    )
  }
})

test('addresses may be URL objects, and may have a path', () => {
  assert.ok(
    createHealthChecks({ config, publicUrl: new URL('https://example.com/files/'), path: '/a/b/' }),
    'There are no checks.',
  )
})
