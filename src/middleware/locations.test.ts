import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isRemote } from './checks.js'
import type { DownloadConfig, Rule } from './config.js'
import { addressesOf, assertQuotable, locationsOf } from './locations.js'

const nginx = (...rules: Rule<'nginx'>[]): DownloadConfig => ({ backend: 'nginx', rules })

describe('locationsOf', () => {
  const config: DownloadConfig = {
    backend: 'nginx',
    rules: [
      { sourceDir: '/srv/files/', destinationUrl: '/files/' },
      { sourceDir: '/srv/apache', backend: 'apache' },
      { sourceUrl: '/media/', destinationUrl: '/media-behind', files: '/mnt/media//' },
      { sourceUrl: 'https://bucket.example/public/', destinationUrl: '/bucket/' },
    ],
  }

  test('gives the rules of one server, with their place and their files', () => {
    assert.deepEqual(
      locationsOf(config, 'nginx').map(({ position, files }) => [position, files]),
      [
        [1, '/srv/files'],
        [3, '/mnt/media'],
        [4, 'https://bucket.example/public'],
      ],
    )
    assert.deepEqual(
      locationsOf(config, 'apache').map(({ position, files }) => [position, files]),
      [[2, '/srv/apache']],
    )
  })

  test('says what there is to do when no rule is for the server', () => {
    assert.throws(() => locationsOf(config, 'lighttpd'), {
      name: 'ConfigurationError',
      message: "There is no rule for lighttpd. Set `backend: 'lighttpd'`, for the whole or for a rule.",
    })
  })

  test("takes the rules that name no server with the backend 'none', and leaves out those for another", () => {
    const rules: Rule[] = [
      { sourceDir: '/srv/files', destinationUrl: '/files/' },
      { sourceDir: '/srv/apache', backend: 'apache' },
    ]
    const positions = (backend: 'nginx' | 'apache') =>
      locationsOf({ backend: 'none', rules }, backend).map(({ position }) => position)
    assert.deepEqual(positions('nginx'), [1])
    assert.throws(() => positions('apache'), /rule 1: "destinationUrl" is no option of a rule for apache/)
  })

  test('refuses what the application would refuse when it starts', () => {
    const wrong = { sourceDir: '/srv/files' } as Rule<'nginx'>
    assert.throws(() => locationsOf(nginx(wrong), 'nginx'), /^ConfigurationError: rule 1: destinationUrl must be/)
  })

  test('refuses a rule that does not say where the files are', () => {
    assert.throws(() => locationsOf(nginx({ sourceUrl: '/media/', destinationUrl: '/media-behind/' }), 'nginx'), {
      name: 'ConfigurationError',
      message:
        'rule 1 does not say where the server finds the files. Set `files` to their folder, or to the address of their server.',
    })
  })

  for (const files of ['media', './media', '/srv/../media', '']) {
    test(`refuses files in ${JSON.stringify(files)}`, () => {
      const rule = { sourceUrl: '/media/', destinationUrl: '/media-behind/', files }
      assert.throws(() => locationsOf(nginx(rule), 'nginx'), /rule 1: files must be an absolute path/)
    })
  }

  for (const name of [
    'quo"te',
    'dol$lar',
    'bra{ce',
    'bra}ce',
    'back\\slash',
    'line\nbreak',
    'tab\t',
    'del\u007F',
    'nul\0',
  ]) {
    test(`refuses a folder called ${JSON.stringify(name)}, which would mean something in the file`, () => {
      for (const rule of [
        { sourceDir: `/srv/${name}`, destinationUrl: '/there/' },
        { sourceUrl: '/media/', destinationUrl: '/there/', files: `/srv/${name}` },
      ]) {
        assert.throws(() => locationsOf(nginx(rule), 'nginx'), {
          name: 'ConfigurationError',
          message: `rule 1: the folder cannot be written into a configuration file: ${JSON.stringify(`/srv/${name}`)}.`,
        })
      }
    })
  }

  for (const address of [
    'http://host/a b',
    'http://host/a;b',
    'http://host/a{b}',
    'http://host/$host',
    'http://host/"a"',
    'http://host/a\nb',
    'http://host/a?b',
    'http://user@host/',
    'http:///a',
  ]) {
    test(`refuses files at ${JSON.stringify(address)}`, () => {
      const rule = { sourceUrl: '/media/', destinationUrl: '/there/', files: address }
      assert.throws(() => locationsOf(nginx(rule), 'nginx'), {
        name: 'ConfigurationError',
        message: `rule 1: files is no plain, percent-encoded address: ${JSON.stringify(address)}.`,
      })
    })
  }

  test('writes a title that stays in its line, whatever the source is called', () => {
    const rule = { sourceDir: '/srv/a\n}\\', destinationUrl: '/there/', files: '/srv/files' }
    const [location] = locationsOf(nginx(rule), 'nginx')
    assert.equal(location?.title, 'Rule 1: files below "/srv/a\\n}\\\\"')
  })
})

describe('addressesOf', () => {
  const at = (destinationUrl: string, files = '/srv/files'): Rule<'nginx'> => ({
    sourceUrl: '/media/',
    destinationUrl,
    files,
  })
  const paths = (...rules: Rule<'nginx'>[]) => addressesOf(nginx(...rules), 'nginx').map(({ path }) => path)

  test('gives each path a separator at its end', () => {
    assert.deepEqual(paths(at('/a'), at('/b/')), ['/a/', '/b/'])
  })

  test('gives rules that lead to the same files one location', () => {
    assert.deepEqual(paths(at('/a/'), at('/a'), at('/a/', '/srv/files/')), ['/a/'])
  })

  test('refuses one address for two places', () => {
    assert.throws(() => paths(at('/other/'), at('/a/'), at('/a', '/srv/more')), {
      name: 'ConfigurationError',
      message:
        'rule 2 and rule 3 lead to different files below the same destinationUrl, "/a/" and "/a/". Give each a path of its own.',
    })
  })

  test('refuses an address below another: a name of the one would be a folder of the other', () => {
    assert.throws(() => paths(at('/a/'), at('/a/deep/')), /rule 1 and rule 2 lead to different files/)
    assert.throws(() => paths(at('/a/deep/', '/srv/more'), at('/a/')), /rule 1 and rule 2 lead to different files/)
  })

  test('takes addresses that only begin with the same letters', () => {
    assert.deepEqual(paths(at('/a/'), at('/a-b/', '/srv/more')), ['/a/', '/a-b/'])
  })
})

test('assertQuotable gives back what can stand between quotes', () => {
  for (const text of ["/srv/a b/c;d/#e/'f'/é/日", '']) assert.equal(assertQuotable(text, 'the folder'), text)
})

test('isRemote tells an address from a folder', () => {
  for (const files of ['http://host', 'https://host/a']) assert.ok(isRemote(files), files)
  for (const files of ['/http://host', '/srv', 'ftp://host', 'httpx://host']) assert.ok(!isRemote(files), files)
})
