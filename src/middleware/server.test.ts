import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ServerOptions } from './config.js'
import { serverOf } from './server.js'

const settings = (server?: ServerOptions) => serverOf({ backend: 'nginx', rules: [], server })

test('every setting has a default', () => {
  const expected = { listen: '80', serverNames: [], application: 'http://127.0.0.1:3000', headers: [] }
  assert.deepEqual(settings(), expected)
  assert.deepEqual(settings({ listen: undefined, application: undefined }), expected)
})

test('settings are taken as they are, but for a separator at the end of an address', () => {
  const server = { listen: '127.0.0.1:8080', headers: ['X-Own'] }
  const serverName = '*.example.org'
  assert.deepEqual(settings({ ...server, serverName, application: 'https://app.internal:8443/' }), {
    ...server,
    serverNames: [serverName],
    application: 'https://app.internal:8443',
  })
  assert.deepEqual(settings({ serverName: 'a.example *.b.example' }).serverNames, ['a.example', '*.b.example'])
  assert.equal(settings({ listen: '[::1]:8080' }).listen, '[::1]:8080')
  assert.equal(settings({ application: 'http://[::1]:3000' }).application, 'http://[::1]:3000')
})

describe('text that has no place in a configuration file', () => {
  const hostile = [
    '',
    '80; include /etc/shadow',
    '80\nuser root',
    '80 {',
    '80}',
    '"80"',
    '$host',
    "8'0",
    '80#',
    '8  0',
    ' 80',
    '80 ',
    '8\t0',
    '80\\',
  ]

  for (const value of hostile) {
    for (const name of ['listen', 'serverName', 'application'] as const) {
      test(`is refused: ${name} ${JSON.stringify(value)}`, () => {
        const text = name === 'application' ? `http://host${value || '/path'}` : value
        assert.throws(() => settings({ [name]: text }), {
          name: 'ConfigurationError',
          message: new RegExp(`^server\\.${name} must be .+; got `),
        })
      })
    }
  }

  for (const listen of ['8 0', 'localhost', ':80', '80:localhost', '127.0.0.1:', '*:80', '/run/socket']) {
    test(`is refused: listen ${listen}`, () => {
      assert.throws(
        () => settings({ listen }),
        /^ConfigurationError: server\.listen must be a port, or an address and a port/,
      )
    })
  }

  for (const application of [
    'http://host/app',
    'host:3000',
    'ftp://host',
    'http://user@host',
    'http://host?a',
    'http://',
  ]) {
    test(`is refused: application ${application}`, () => {
      assert.throws(() => settings({ application }), /server\.application must be an address without a path/)
    })
  }

  for (const header of ['X-Own;', 'X Own', 'X-Own\n', '', '$host', 'X-Ôwn']) {
    test(`is refused: header ${JSON.stringify(header)}`, () => {
      assert.throws(() => settings({ headers: ['X-Right', header] }), /server\.headers must be a list of header names/)
    })
  }

  test('is refused when it is no text', () => {
    assert.throws(() => settings({ listen: 80 } as unknown as ServerOptions), /server\.listen must be .+; got 80\./)
  })
})
