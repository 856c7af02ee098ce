import { realpath } from 'node:fs/promises'
import { isAbsolute, relative, sep } from 'node:path'
import { ConfigurationError } from '../errors.js'
import type { DownloadFile } from '../files/file.js'
import { liesBelow, pathBelow } from '../storages/disk/real-path.js'
import type { OptionsOf } from '../wrong-use.js'
import { hasDots, show } from './checks.js'
import { hasControl } from './header-bytes.js'

/** Which files a rule is about: those below a folder, those below an address, or either. */
export interface SourceOptions {
  /** Absolute path of a folder. Files whose real path lies below it fit, whatever storage they come from. */
  sourceDir?: string | undefined
  /** Address of a folder: a path such as `/media/`, or a whole `https://…`. Files whose `url` lies below it fit. */
  sourceUrl?: string | undefined
}

/** Their names, for the rules that have more of their own. */
export const SOURCE_OPTIONS = { sourceDir: true, sourceUrl: true } satisfies OptionsOf<SourceOptions>

/** Where a file lies below the source of a rule, name by name, decoded; or why it does not. */
export type SourceMatch = { readonly segments: readonly string[]; readonly query: string } | { readonly reason: string }

/** Finds files below a folder or an address. A folder ends at a separator: `/media` takes in nothing of `/media-old`. */
export class Source {
  readonly #dir: string | undefined
  readonly #url: string | undefined

  /** @throws ConfigurationError for a source that could never match, naming `owner`. */
  constructor({ sourceDir, sourceUrl }: SourceOptions, owner: string) {
    for (const [name, value] of Object.entries({ sourceDir, sourceUrl })) {
      // Plain JavaScript and JSON can bring anything.
      if (value && typeof value !== 'string') {
        throw new ConfigurationError(`${owner}: ${name} must be a text, got ${show(value)}.`)
      }
    }
    if (!sourceDir && !sourceUrl) {
      throw new ConfigurationError(
        `${owner} has neither sourceDir nor sourceUrl: it would match nothing. Set one of them.`,
      )
    }
    if (sourceDir && !isAbsolute(sourceDir)) {
      throw new ConfigurationError(`${owner}: sourceDir must be absolute, got ${show(sourceDir)}. Use path.resolve().`)
    }
    if (sourceUrl && !isPlainUrl(sourceUrl)) {
      throw new ConfigurationError(
        `${owner}: sourceUrl must be a path from "/" or begin with http(s)://, without ".." or a query; got ${show(sourceUrl)}.`,
      )
    }
    this.#dir = sourceDir || undefined
    // An empty one is none: with a "/" at its end it would take in every path.
    this.#url = sourceUrl ? sourceUrl.replace(/\/*$/, '/') : undefined
  }

  /** Looks for a file by its address first, then by its path. */
  async match(file: DownloadFile): Promise<SourceMatch> {
    const byUrl = this.#url === undefined ? undefined : matchUrl(this.#url, file.url)
    if (byUrl && 'segments' in byUrl) return byUrl
    const byDir = this.#dir === undefined ? undefined : await matchDir(this.#dir, file)
    if (byDir && 'segments' in byDir) return byDir
    return { reason: [byUrl, byDir].flatMap((match) => (match ? [match.reason] : [])).join('; ') }
  }
}

type Mismatch = Extract<SourceMatch, { readonly reason: string }>

function matchUrl(sourceUrl: string, url: string | undefined): SourceMatch {
  if (!url) return { reason: `the file has no url to look for below sourceUrl ${show(sourceUrl)}` }
  const [path, query = ''] = splitQuery(url)
  if (!path.startsWith(sourceUrl)) return { reason: `its url ${show(path)} is not below sourceUrl ${show(sourceUrl)}` }
  if (!VISIBLE_ASCII.test(query)) return { reason: 'the query of its url is not percent-encoded' }
  const segments = decodeSegments(path.slice(sourceUrl.length))
  return segments === undefined ? { reason: `its url ${show(path)} is not in canonical form` } : { segments, query }
}

/**
 * Both ends are resolved first. Every proxy follows links, so a link that leads out of the folder has to be found here:
 * what is handed over is the very file that was authorised, under its real name, below the real folder.
 */
async function matchDir(sourceDir: string, file: DownloadFile): Promise<SourceMatch> {
  const { path } = file
  if (path === undefined)
    return { reason: `the file is not on the local disk, so not below sourceDir ${show(sourceDir)}` }
  const { realPath = () => realpath(path) } = await file.stat()
  const real = await realPath().catch(() => undefined)
  // A folder that a real path begins with is real itself, and needs no look of its own.
  const realDir = real && liesBelow(sourceDir, real) ? sourceDir : await realpath(sourceDir).catch(() => undefined)
  if (real === undefined || realDir === undefined) return missing(real === undefined ? path : sourceDir)
  const below = pathBelow(realDir, real) ?? relative(realDir, real)
  if (below === '' || below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)) {
    return { reason: `its real path ${show(real)} is not below sourceDir ${show(realDir)}` }
  }
  return { segments: below.split(sep), query: '' }
}

function missing(path: string): Mismatch {
  return { reason: `${show(path)} does not exist, or may not be looked at` }
}

const VISIBLE_ASCII = /^[!-~]*$/

/** Tells whether an address can be the begin of others: one that ends with a host or a name, and has no steps back. */
function isPlainUrl(url: string): boolean {
  return /^(?:\/(?!\/)|https?:\/\/[^/])[^?#]*$/.test(url) && !hasControl(url) && !hasDots(url)
}

function splitQuery(url: string): [path: string, query?: string] {
  const end = url.search(/[?#]/)
  return end === -1 ? [url] : [url.slice(0, end), url[end] === '?' ? url.slice(end).replace(/#.*$/s, '') : '']
}

/** Nothing that a proxy could read in another way than we do: such a file is streamed. */
function decodeSegments(path: string): string[] | undefined {
  try {
    const segments = path.split('/').map(decodeURIComponent)
    const isPlain = !segments.some((segment) => /^\.{0,2}$|[/\\\0]/.test(segment))
    // Throws for half a character, which no address can carry.
    return isPlain && encodeURIComponent(segments.join()) !== undefined ? segments : undefined
  } catch {
    return undefined
  }
}
