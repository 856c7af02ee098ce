import { rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build } from 'vitepress'
import { writeApiReference } from './api.js'
import { root } from './doors.js'
import { brokenLinks } from './links.js'
import { gatherPages } from './pages.js'
import { serveSite } from './serve.js'

/** Builds the documentation into `site/build/html`, for `npm run docs`. With `--serve [port]` it is then served. */
async function buildSite(): Promise<void> {
  const started = Date.now()
  rmSync(BUILD, { recursive: true, force: true })
  gatherPages(PAGES)
  await writeApiReference(join(PAGES, 'api'))
  await build(SITE)
  assertLinks()
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  console.log(`documentation: built in ${seconds} s, at ${relative(process.cwd(), HTML)}/index.html`)
}

const SITE = join(root, 'site')
const BUILD = join(SITE, 'build')
const PAGES = join(BUILD, 'pages')
const HTML = join(BUILD, 'html')

function assertLinks(): void {
  const { links, broken } = brokenLinks(HTML)
  for (const { page, link } of broken) console.error(`${page}: ${link} leads nowhere`)
  if (broken.length > 0) throw new Error(`documentation: ${broken.length} of ${links} links lead nowhere`)
  console.log(`documentation: ${links} links, each leads somewhere`)
}

try {
  await buildSite()
  const serve = process.argv.indexOf('--serve')
  if (serve !== -1) await serveSite(HTML, Number(process.argv[serve + 1] ?? 8080))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
