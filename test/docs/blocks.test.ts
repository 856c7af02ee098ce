import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { slugOf } from '../../site/slug.js'
import { pages, QUOTED_BLOCK, root, sourceOf, WRITTEN_BLOCK, writtenFor } from './quotes.js'

for (const page of pages) {
  const text = readFileSync(join(root, page), 'utf8')

  test(`every TypeScript block of ${page} stands in a file that is compiled and run`, () => {
    const blocks = text.match(/^```(?:ts|js|typescript|javascript)$/gm) ?? []
    const quoted = [...text.matchAll(QUOTED_BLOCK)]
    assert.equal(quoted.length, blocks.length, 'each has a line <!-- from FILE --> before it')
    for (const [, , source = '', code = ''] of quoted) assert.equal(code, sourceOf(source), 'npm run quote')
  })

  test(`every configuration of a server in ${page} is what the command writes`, async () => {
    const blocks = text.match(/^```(?:nginx|apache|caddy|lighttpd)$/gm) ?? []
    const written = [...text.matchAll(WRITTEN_BLOCK)]
    const others = page === LOG_FORMAT_PAGE ? 1 : 0
    assert.equal(written.length + others, blocks.length, 'each has a line <!-- written by … --> before it')
    for (const [, , server = '', file = '', code] of written) {
      assert.equal(code, await writtenFor(server, file), 'npm run quote')
    }
  })

  test(`every link of ${page} to a file or a heading leads somewhere`, () => {
    const targets = [...withoutCode(text).matchAll(/\]\((?![a-z]+:)([^)\s]+)\)/g)].map(([, target = '']) => target)
    assert.deepEqual(
      targets.filter((target) => !leadsSomewhere(page, target)),
      [],
    )
  })
}

/** Its format for nginx's log is proved by `test/proxies/access-log.test.ts`. */
const LOG_FORMAT_PAGE = 'docs/events.md'

function leadsSomewhere(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : join(dirname(page), path)
  if (!existsSync(join(root, file))) return false
  return anchor === undefined || !file.endsWith('.md') || anchorsOf(file).includes(anchor)
}

function anchorsOf(page: string): string[] {
  const text = withoutCode(readFileSync(join(root, page), 'utf8'))
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return headings.map((heading) => slugOf(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '')))
}

function withoutCode(text: string): string {
  return text.replace(/^```.*?^```$/gms, '')
}
