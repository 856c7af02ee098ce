import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { rm, symlink, writeFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { useFolder } from '../../test/proxies/downloads.js'
import { ConfigurationError } from '../errors.js'
import type { DownloadFile } from '../files/file.js'
import { LocalFile } from '../files/local.js'
import { Source, type SourceOptions } from './source.js'

const path = useFolder({
  'files/a.txt': '',
  'files/deep/er/b c.txt': '',
  'files/..dots': '',
  'files-private/secret.txt': '',
  'published/a.txt': '',
})
symlinkSync('../files-private/secret.txt', path('files/link-outside.txt'))
symlinkSync('../files-private', path('files/folder-outside'))
symlinkSync('deep/er/b c.txt', path('files/link-inside.txt'))
symlinkSync('published', path('link-to-published'))
symlinkSync('nowhere', path('files/broken'))

function match(source: SourceOptions, file: { url?: string | undefined; path?: string | undefined }) {
  const stat = async () => ({})
  return new Source(source, 'rule 1').match({ name: '', open: nobody, stat, ...file } as DownloadFile)
}

function nobody(): never {
  assert.fail('Nothing is opened for a rule.')
}

async function reasonOf(source: SourceOptions, file: { url?: string | undefined; path?: string | undefined }) {
  const found = await match(source, file)
  assert.ok('reason' in found, JSON.stringify(found))
  return found.reason
}

describe('a source', () => {
  test('that is none is refused with the mend', () => {
    for (const options of [{}, { sourceDir: '', sourceUrl: '' }, { sourceDir: undefined }]) {
      assert.throws(
        () => new Source(options, 'rule 7'),
        new ConfigurationError('rule 7 has neither sourceDir nor sourceUrl: it would match nothing. Set one of them.'),
      )
    }
  })

  test('that is relative is refused with the mend', () => {
    assert.throws(
      () => new Source({ sourceDir: 'files' }, 'rule 7'),
      new ConfigurationError('rule 7: sourceDir must be absolute, got "files". Use path.resolve().'),
    )
  })

  for (const sourceUrl of [
    'media/',
    '//host/media/',
    '/media/?a',
    '/media/#a',
    'ftp://host/',
    'https://',
    'https:///media/',
    '/media/../',
    '/./media/',
    '/media/\nserver {',
  ]) {
    test(`below ${JSON.stringify(sourceUrl)} is refused, with the rule`, () => {
      assert.throws(() => new Source({ sourceUrl }, 'rule 7'), {
        name: 'ConfigurationError',
        message: /^rule 7: sourceUrl must be a path from "\/" or begin with http\(s\):\/\//,
      })
    })
  }

  test('that is no text is refused', () => {
    const options = { sourceDir: ['/files'] } as unknown as SourceOptions
    assert.throws(
      () => new Source(options, 'rule 7'),
      new ConfigurationError('rule 7: sourceDir must be a text, got ["/files"].'),
    )
  })
})

describe('below an address', () => {
  for (const sourceUrl of ['/media/', '/media', '/media//']) {
    test(`a file fits ${sourceUrl} by its names, decoded once`, async () => {
      const found = await match({ sourceUrl }, { url: '/media/deep/a%20b%2541%3F%C3%A9.txt' })
      assert.deepEqual(found, { segments: ['deep', 'a b%41?é.txt'], query: '' })
    })
  }

  for (const url of [
    '/media-old/a.txt',
    '/mediaa.txt',
    '/media',
    '/Media/a.txt',
    '/other/media/a.txt',
    'media/a.txt',
  ]) {
    test(`${url} is not below /media`, async () => {
      assert.equal(
        await reasonOf({ sourceUrl: '/media' }, { url }),
        `its url "${url}" is not below sourceUrl "/media/"`,
      )
    })
  }

  for (const rest of [
    '../secret.txt',
    'a/../../secret.txt',
    './a.txt',
    '',
    'a//b.txt',
    '/a.txt',
    'a/',
    '%2e%2e/secret.txt',
    '..%2Fsecret.txt',
    'a%2fb.txt',
    'a%5Cb.txt',
    'a\\b.txt',
    'a%00.txt',
    '%zz.txt',
    '%C3.txt',
  ]) {
    test(`a file at "${rest}" is not handed over, since a proxy could read that in another way`, async () => {
      const url = `/media/${rest}`
      assert.equal(
        await reasonOf({ sourceUrl: '/media/' }, { url }),
        `its url ${JSON.stringify(url)} is not in canonical form`,
      )
    })
  }

  test('names with dots are names', async () => {
    const found = await match({ sourceUrl: '/media/' }, { url: '/media/..dots/.hidden/a..b/...' })
    assert.deepEqual(found, { segments: ['..dots', '.hidden', 'a..b', '...'], query: '' })
  })

  test('a query is kept as it is, a fragment is not', async () => {
    for (const [url, query] of [
      ['/media/a.txt?sig=a%2Bb&x', '?sig=a%2Bb&x'],
      ['/media/a.txt?sig=a#top', '?sig=a'],
      ['/media/a.txt#top?no', ''],
      ['/media/a.txt?', '?'],
    ] as const) {
      assert.deepEqual(await match({ sourceUrl: '/media/' }, { url }), { segments: ['a.txt'], query })
    }
  })

  test('a query that no header could carry is a reason to stream', async () => {
    for (const query of ['?a=日', '?a=b c', '?a\nb', '?é']) {
      const url = `/media/a.txt${query}`
      assert.equal(await reasonOf({ sourceUrl: '/media/' }, { url }), 'the query of its url is not percent-encoded')
    }
  })

  test('a whole address fits with its scheme and host', async () => {
    const source = { sourceUrl: 'https://bucket.example:8443/public' }
    const found = await match(source, { url: 'https://bucket.example:8443/public/a%20b.txt?sig=1' })
    assert.deepEqual(found, { segments: ['a b.txt'], query: '?sig=1' })
    for (const url of [
      'http://bucket.example:8443/public/a.txt',
      'https://bucket.example/public/a.txt',
      'https://bucket.example:8443/publicity/a.txt',
      '/public/a.txt',
    ]) {
      assert.match(await reasonOf(source, { url }), /is not below sourceUrl/)
    }
  })

  test('a host alone is a folder, and never the begin of another host', async () => {
    const source = { sourceUrl: 'https://files.example' }
    assert.deepEqual(await match(source, { url: 'https://files.example/a.txt' }), { segments: ['a.txt'], query: '' })
    assert.match(await reasonOf(source, { url: 'https://files.example.evil/a.txt' }), /is not below/)
  })

  for (const url of [undefined, '']) {
    test(`a file whose url is ${JSON.stringify(url)} does not fit`, async () => {
      const reason = await reasonOf({ sourceUrl: '/media/' }, { url })
      assert.equal(reason, 'the file has no url to look for below sourceUrl "/media/"')
    })
  }
})

describe('below a folder', () => {
  const sourceDir = path('files')

  for (const [name, segments] of [
    ['a.txt', ['a.txt']],
    ['deep/er/b c.txt', ['deep', 'er', 'b c.txt']],
    ['..dots', ['..dots']],
    ['link-inside.txt', ['deep', 'er', 'b c.txt']],
    ['./deep/../a.txt', ['a.txt']],
  ] as const) {
    test(`${name} fits, as the file that it really is`, async () => {
      assert.deepEqual(await match({ sourceDir }, { path: `${sourceDir}/${name}` }), { segments, query: '' })
    })
  }

  for (const name of [
    '../files-private/secret.txt',
    'link-outside.txt',
    'folder-outside/secret.txt',
    '../published/a.txt',
  ]) {
    test(`${name} does not fit, since it really lies elsewhere`, async () => {
      const reason = await reasonOf({ sourceDir }, { path: `${sourceDir}/${name}` })
      assert.match(reason, /^its real path ".+" is not below sourceDir ".+\/files"$/)
    })
  }

  test('the folder itself does not fit', async () => {
    assert.match(await reasonOf({ sourceDir }, { path: sourceDir }), /is not below/)
  })

  for (const form of [path('files/'), path('files//'), path('published/../files')]) {
    test(`${form.replace(path(), '')} is the same folder`, async () => {
      assert.deepEqual(await match({ sourceDir: form }, { path: path('files/a.txt') }), {
        segments: ['a.txt'],
        query: '',
      })
    })
  }

  test('a folder that is a link is the one that it leads to', async () => {
    const expected = { segments: ['a.txt'], query: '' }
    const link = path('link-to-published')
    assert.deepEqual(await match({ sourceDir: link }, { path: path('published/a.txt') }), expected)
    assert.deepEqual(await match({ sourceDir: path('published') }, { path: `${link}/a.txt` }), expected)
  })

  test('a file or a folder that is not there does not fit', async () => {
    for (const name of ['missing.txt', 'broken']) {
      const file = path(`files/${name}`)
      assert.equal(await reasonOf({ sourceDir }, { path: file }), `"${file}" does not exist, or may not be looked at`)
    }
    const missing = path('nowhere')
    const reason = await reasonOf({ sourceDir: missing }, { path: path('files/a.txt') })
    assert.equal(reason, `"${missing}" does not exist, or may not be looked at`)
  })

  test('a file that is not on the disk does not fit, whatever it is called', async () => {
    const file = { name: path('files/a.txt'), url: path('files/a.txt') }
    const reason = await reasonOf({ sourceDir }, file)
    assert.equal(reason, `the file is not on the local disk, so not below sourceDir "${sourceDir}"`)
  })
})

describe('below either', () => {
  const source = { sourceUrl: '/media/', sourceDir: path('files') }

  test('the address is looked at first', async () => {
    const found = await match(source, { url: '/media/by-url.txt', path: path('files/a.txt') })
    assert.deepEqual(found, { segments: ['by-url.txt'], query: '' })
  })

  test('the path is looked at when the address does not fit', async () => {
    for (const url of [undefined, '/other/a.txt', '/media/../a.txt']) {
      const found = await match(source, { url, path: path('files/a.txt') })
      assert.deepEqual(found, { segments: ['a.txt'], query: '' })
    }
  })

  test('both reasons are told when neither fits', async () => {
    const reason = await reasonOf(source, { url: '/other/a.txt' })
    assert.match(reason, /^its url .+ is not below sourceUrl .+; the file is not on the local disk/)
  })

  test('an empty sourceUrl takes in no address', async () => {
    const found = await match(
      { sourceUrl: '', sourceDir: path('files') },
      { url: '/a.txt', path: path('published/a.txt') },
    )
    assert.ok('reason' in found, 'It was found.')
  })
})

test('a link that is swapped once the file was authorised hands over what was authorised', async () => {
  const link = path('swapped.txt')
  await symlink(path('files/a.txt'), link)
  const file = LocalFile.at(link)
  await file.stat()
  await rm(link)
  await symlink(path('files/deep/er/b c.txt'), link)
  const found = await new Source({ sourceDir: path('files') }, 'rule 1').match(file)
  assert.deepEqual(found, { segments: ['a.txt'], query: '' })
})

test('a file that has lost its name since it was authorised is streamed', async () => {
  const name = path('files/gone.txt')
  await writeFile(name, 'x')
  const file = LocalFile.at(name)
  await file.stat()
  await rm(name)
  const found = await new Source({ sourceDir: path('files') }, 'rule 1').match(file)
  assert.ok('reason' in found, JSON.stringify(found))
})

test('a name that a log could mistake for a line of its own is quoted', async () => {
  const reason = await reasonOf({ sourceUrl: '/media/' }, { url: '/a\n2026 all is well' })
  assert.ok(!reason.includes('\n'), reason)
})
