import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DownloadConfig } from 'downloadview'
import { apacheConfig } from 'downloadview/apache'
import { caddyConfig } from 'downloadview/caddy'
import { lighttpdConfig } from 'downloadview/lighttpd'
import { nginxConfig } from 'downloadview/nginx'

/** Folder of the project. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** The pages that quote code, relative to {@link root}. */
export const pages: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'demo/README.md', 'site/home/index.md'],
  ...pagesBelow('docs'),
]

/** A block of code that stands in a file as well: `<!-- from FILE -->` or `<!-- from FILE#REGION -->` is before it. */
export const QUOTED_BLOCK = /^(<!-- from (\S+) -->\n```(?:ts|js)\n)(.*?)^```$/gms

/** A block that the command prints: `<!-- written by downloadview config SERVER, from FILE -->` is before it. */
export const WRITTEN_BLOCK = /^(<!-- written by downloadview config (\w+), from (\S+) -->\n```\w+\n)(.*?)^```$/gms

/** What `downloadview config SERVER` writes for a configuration. */
export async function writtenFor(server: string, file: string): Promise<string> {
  const { default: config } = (await import(join(root, file))) as { default: DownloadConfig }
  return writtenBy(server, config)
}

/** The same for a configuration that is loaded already. */
export function writtenBy(server: string, config: DownloadConfig): string {
  const write = WRITERS[server as keyof typeof WRITERS]
  if (write === undefined) throw new Error(`The command writes nothing for ${server}.`)
  return write(config)
}

const WRITERS = { nginx: nginxConfig, apache: apacheConfig, lighttpd: lighttpdConfig, caddy: caddyConfig }

/** A whole file, or what stands between its `// #region` marks; several of one name are joined. */
export function sourceOf(source: string): string {
  const [file = '', region] = source.split('#')
  const text = readFileSync(join(root, file), 'utf8')
  if (region === undefined) return text
  const parts = [...text.matchAll(/^ *\/\/ #region (\S+)\n(.*?\n) *\/\/ #endregion$/gms)]
  return parts
    .filter(([, name]) => name === region)
    .map(([, , part = '']) => dedent(part))
    .join('\n')
}

function dedent(text: string): string {
  const indent = /^ */.exec(text)?.[0] ?? ''
  return text.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
}

function pagesBelow(folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  return files.filter((file) => file.endsWith('.md')).map((file) => join(folder, file))
}
