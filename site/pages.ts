import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { root } from './doors.js'

/**
 * Gathers the pages of the site in a folder: all of `docs/`, and those that lie elsewhere in the repository.
 *
 * They are written for those who read them beside the code. What changes on the way are the addresses in their links.
 */
export function gatherPages(folder: string): void {
  const places = placesOf(filesBelow('docs'))
  for (const [source, place] of places) {
    if (source === README) continue
    mkdirSync(dirname(join(folder, place)), { recursive: true })
    if (!source.endsWith('.md')) copyFileSync(join(root, source), join(folder, place))
    else writeFileSync(join(folder, place), toSite(readFileSync(join(root, source), 'utf8'), source, places))
  }
}

/** Rewrites the links of a page for where it lies on the site. A file that is no page becomes its path. */
export function toSite(text: string, source: string, places: ReadonlyMap<string, string>): string {
  return outsideCode(text, (part) =>
    part.replace(LINK, (link: string, mark: string, label: string, target: string, anchor = '') => {
      const file = posix.join(posix.dirname(source), target)
      const place = places.get(file)
      if (place !== undefined) return `${mark}[${label}](${relativeTo(places.get(source) ?? '', place)}${anchor})`
      return mark === '' ? `${label} (\`${file}\`)` : link
    }),
  )
}

/** Where each file of the repository that the site has lies on the site. */
export function placesOf(docs: readonly string[]): ReadonlyMap<string, string> {
  const inDocs = docs
    .filter((file) => /\.(?:md|svg|png)$/.test(file))
    .map((file): [string, string] => [file, file.slice('docs/'.length).replace(/(^|\/)README\.md$/, '$1index.md')])
  return new Map([...inDocs, ...ELSEWHERE])
}

/** The site begins with a page of its own. For those who come from the repository that is its README. */
const README = 'README.md'

const ELSEWHERE: readonly [source: string, place: string][] = [
  [README, 'index.md'],
  ['site/home/index.md', 'index.md'],
  ['docs/README.md', 'overview.md'],
  ['demo/README.md', 'demo.md'],
  ['SECURITY.md', 'security.md'],
  ['CONTRIBUTING.md', 'contributing.md'],
  ['CHANGELOG.md', 'changelog.md'],
  ['LICENSE', 'license.md'],
]

/** `[label](target#anchor)` and `![label](target)`, where the target is a file of the repository. */
const LINK = /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\((?![a-z]+:)([^)#\s]+)(#[^)\s]*)?\)/g

/** Leaves blocks of code as they are. */
function outsideCode(text: string, change: (part: string) => string): string {
  return text
    .split(/^(```.*?^```$)/gms)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join('')
}

function relativeTo(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to)
  return path.startsWith('.') ? path : `./${path}`
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => posix.join(folder, file))
}
