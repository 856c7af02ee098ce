import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { doors } from '../../site/doors.js'
import { brokenLinks } from '../../site/links.js'
import { placesOf, toSite } from '../../site/pages.js'
import { sidebar } from '../../site/sidebar.js'
import { slugOf } from '../../site/slug.js'
import { pages } from './quotes.js'

const places = placesOf([
  'docs/README.md',
  'docs/install.md',
  'docs/views/README.md',
  'docs/views/path.md',
  'docs/flow.svg',
])

describe('the pages of the site', () => {
  test('link to each other where they lie there', () => {
    const page = '[a](path.md#traps) [b](../install.md) [c](../../SECURITY.md) [d](../README.md) ![e](../flow.svg)'
    assert.equal(
      toSite(page, 'docs/views/README.md', places),
      '[a](./path.md#traps) [b](../install.md) [c](../security.md) [d](../overview.md) ![e](../flow.svg)',
    )
  })

  test('name the files of the repository that are no pages', () => {
    assert.equal(toSite('[the tests](../test/a.ts)', 'docs/install.md', places), 'the tests (`test/a.ts`)')
  })

  test('keep links of code, and those to other hosts', () => {
    const page = '[a](https://a.example/install.md)\n```md\n[b](install.md)\n```\n'
    assert.equal(toSite(page, 'docs/install.md', places), page)
  })

  test('are all in the sidebar, but for the first one', () => {
    const all = placesOf(pages.filter((page) => page.startsWith('docs/')))
    const inSidebar = sidebar().flatMap(({ items }) => items.map(({ link }) => link))
    const missing = [...new Set(all.values())].filter((place) => {
      return place.endsWith('.md') && place !== 'index.md' && !inSidebar.includes(linkTo(place))
    })
    // Decisions have a page that lists them.
    assert.deepEqual(
      missing.filter((place) => !/^decisions\/\d/.test(place)),
      [],
    )
  })

  test('have a reference for every door', () => {
    const names = doors().map(({ door }) => door)
    assert.ok(names.includes('downloadview') && names.includes('downloadview/storages/s3'), String(names))
  })
})

function linkTo(place: string): string {
  return `/${place.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '')}`
}

/** Of the good links, those to another host and to nobody. */
const OUTSIDE = 2

describe('the links of the built site', () => {
  test('are found broken where a page or an anchor is not there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'site-'))
    try {
      await mkdir(join(folder, 'b'))
      const good = ['/b/', 'b/index.html#x', './b/#x', '#here', 'https://a.example/none', 'mailto:a@b.example']
      const bad = ['/b', '/b/none.html', 'b/#none', '#there', '/b/index.html?q#none']
      const links = [...good, ...bad].map((link) => `<a href="${link}">`)
      await writeFile(join(folder, 'index.html'), `<p id="here">${links.join('')}<script>"<a href='/none'>"</script>`)
      await writeFile(join(folder, 'b', 'index.html'), '<p id="x">')
      const found = brokenLinks(folder)
      assert.deepEqual(
        found.broken.map(({ link }) => link),
        bad,
      )
      assert.equal(found.links, good.length + bad.length - OUTSIDE)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

test('anchors are those of code hosts', () => {
  assert.equal(slugOf('What it is: `a.b()`, and “ü”?'), 'what-it-is-ab-and-ü')
})
