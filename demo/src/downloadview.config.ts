import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BackendName, defineConfig, type Rule } from 'downloadview'

// #region config
/** The rules of the pages in `views/hand-over.ts`, which are for three servers. */
export function pagesConfig(mediaFolder: string) {
  return defineConfig({
    backend: 'nginx',
    rules: [
      { sourceUrl: '/media/nginx/', destinationUrl: '/nginx-optimized-by-middleware/' },
      {
        backend: 'apache',
        sourceDir: join(mediaFolder, 'apache'),
        destinationDir: '/apache-optimized-by-middleware',
      },
      {
        backend: 'lighttpd',
        sourceDir: join(mediaFolder, 'lighttpd'),
        destinationDir: '/lighttpd-optimized-by-middleware',
      },
    ],
  })
}
// #endregion

/** The fixtures that views serve by their path. */
export const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url))

/** A server in front of the site. */
export interface Front {
  readonly server: BackendName
  /** By which visitors reach it. */
  readonly port: number
  /** Where the application itself listens, which only the server asks. */
  readonly applicationUrl: string
}

/** The folders of the site's files. */
export interface SiteFolders {
  readonly dataFolder: string
  /** Whether the library keeps its files on the disk. */
  readonly hasLibrary: boolean
}

/** The rules for a real server in front, which is handed all files of the demo. */
export function frontConfig({ server, port, applicationUrl }: Front, { dataFolder, hasLibrary }: SiteFolders) {
  // Not the data folder as a whole: the database lies there, and the server may send whatever a rule takes in.
  const names = ['uploads', 'tickets', 'shelf', 'media', ...(hasLibrary ? ['library'] : [])]
  const folders = [...names.map((name) => [name, join(dataFolder, name)] as const), ['fixtures', FIXTURES] as const]
  return defineConfig({
    backend: server,
    rules: folders.map(([name, sourceDir]) => ruleFor(server, name, sourceDir)),
    server: {
      listen: `127.0.0.1:${port}`,
      serverName: '127.0.0.1',
      application: applicationUrl,
      // nginx drops a header that it does not know.
      headers: ['X-Test'],
    },
  })
}

function ruleFor(backend: BackendName, name: string, sourceDir: string): Rule {
  const isToldPaths = backend === 'apache' || backend === 'lighttpd'
  return isToldPaths ? { backend, sourceDir } : { backend, sourceDir, destinationUrl: `/protected/${name}/` }
}
