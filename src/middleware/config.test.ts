import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type BackendName, compileRules, type DownloadConfig, defineConfig } from './config.js'

/** Compiles what plain JavaScript or JSON could bring. */
function compile(config: unknown) {
  return compileRules(config as DownloadConfig)
}

function refuses(config: unknown, message: string | RegExp): void {
  assert.throws(() => compile(config), { name: 'ConfigurationError', message })
}

test('rules are numbered from 1 and know their server', () => {
  const compiled = compileRules({
    backend: 'nginx',
    rules: [
      { sourceUrl: '/media/', destinationUrl: '/there/' },
      { sourceDir: '/srv/files', backend: 'lighttpd' },
    ],
  })
  assert.deepEqual(
    compiled.map(({ rule, backend }) => [rule, backend]),
    [
      [1, 'nginx'],
      [2, 'lighttpd'],
    ],
  )
})

test('defineConfig gives back what it was given, once it has looked at it', () => {
  const config = defineConfig({ backend: 'apache', rules: [{ sourceDir: '/srv/files' }] })
  assert.deepEqual(config, { backend: 'apache', rules: [{ sourceDir: '/srv/files' }] })
  assert.throws(() => defineConfig({ backend: 'apache', rules: [{ sourceDir: 'files' }] }), /rule 1: sourceDir/)
})

describe('every option', () => {
  const source = { sourceDir: '/srv/files', sourceUrl: '/media/' }
  const rules: { readonly [Name in BackendName]: object } = {
    nginx: {
      destinationUrl: '/there/',
      files: '/mnt',
      expires: 1,
      withBuffering: true,
      limitRate: 1,
      presigned: false,
    },
    apache: { destinationDir: '/mnt' },
    lighttpd: { destinationDir: '/mnt' },
    caddy: { destinationUrl: '/there/', files: '/mnt' },
    litespeed: { destinationUrl: '/there/' },
  }

  for (const [backend, rule] of Object.entries(rules)) {
    test(`of a rule for ${backend} is known`, () => {
      assert.equal(compile({ backend, rules: [{ ...source, ...rule }] }).length, 1)
    })

    test(`of a rule for ${backend} is known where only the rule names the server`, () => {
      assert.equal(compile({ backend: 'none', rules: [{ ...source, ...rule, backend }] }).length, 0)
    })

    test(`that is none of ${backend} is refused with those that there are`, () => {
      const known = ['sourceDir', 'sourceUrl', ...Object.keys(rule)].join(', ')
      refuses(
        {
          backend,
          rules: [
            { ...source, ...rule },
            { ...source, ...rule, destination: '/x/' },
          ],
        },
        `rule 2: "destination" is no option of a rule for ${backend}. There are: ${known}.`,
      )
    })
  }

  test('of another server is refused', () => {
    refuses(
      { backend: 'apache', rules: [{ ...source, destinationUrl: '/there/' }] },
      'rule 1: "destinationUrl" is no option of a rule for apache. There are: sourceDir, sourceUrl, destinationDir.',
    )
    refuses(
      { backend: 'nginx', rules: [{ ...source, destinationDir: '/mnt' }] },
      /^rule 1: "destinationDir" is no option/,
    )
    refuses({ backend: 'caddy', rules: [{ ...source, limitRate: 1 }] }, /^rule 1: "limitRate" is no option/)
    // No configuration is written for LiteSpeed.
    refuses({ backend: 'litespeed', rules: [{ ...source, files: '/mnt' }] }, /^rule 1: "files" is no option/)
  })
})

describe('a configuration', () => {
  for (const backend of ['Nginx', 'iis', '', undefined, null, 7, 'toString', '__proto__']) {
    test(`for ${JSON.stringify(backend)} is refused with the servers that there are`, () => {
      refuses(
        { backend, rules: [] },
        `backend must be one of 'nginx', 'apache', 'lighttpd', 'caddy', 'litespeed', 'none'; got ${JSON.stringify(backend)}.`,
      )
    })
  }

  test('whose rules are no list is refused with the mend', () => {
    for (const rules of [undefined, null, {}, '/media/']) {
      refuses({ backend: 'nginx', rules }, 'rules must be a list; an empty one streams everything.')
    }
  })
})

describe('a rule', () => {
  const right = { sourceUrl: '/media/', destinationUrl: '/there/' }

  test('for a server that there is not is refused', () => {
    refuses(
      { backend: 'nginx', rules: [right, { ...right, backend: 'iis' }] },
      /^rule 2: backend must be one of 'nginx', .+; got "iis"\.$/,
    )
  })

  test('that is a list of values is refused: options have names', () => {
    refuses({ backend: 'nginx', rules: [['/srv/files', '/media/', '/there/']] }, /^rule 1: "0" is no option of a rule/)
  })

  for (const rule of [null, undefined, '/media/', 7]) {
    test(`that is ${JSON.stringify(rule)} is refused`, () => {
      refuses(
        { backend: 'nginx', rules: [right, rule] },
        `rule 2 must be an object with the options of a rule, got ${JSON.stringify(rule)}.`,
      )
    })
  }

  test('without a destination is refused', () => {
    refuses(
      { backend: 'nginx', rules: [{ sourceUrl: '/media/' }] },
      /^rule 1: destinationUrl must be a path .+ got undefined/,
    )
    refuses({ backend: 'caddy', rules: [{ sourceUrl: '/media/' }] }, /^rule 1: destinationUrl must be a path/)
    refuses({ backend: 'apache', rules: [{ sourceUrl: '/media/' }] }, /^rule 1 has a sourceUrl but no destinationDir/)
  })

  test('without a source is refused', () => {
    refuses({ backend: 'nginx', rules: [{ destinationUrl: '/there/' }] }, /^rule 1 has neither sourceDir nor sourceUrl/)
  })

  test('is looked at in development, too', () => {
    refuses({ backend: 'none', rules: [{ ...right, backend: 'nginx', sourceUrl: 'media' }] }, /^rule 1: sourceUrl must/)
  })
})
