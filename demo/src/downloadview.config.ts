import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BackendName, type DownloadConfig, defineConfig, type Rule, type ServerOptions } from 'downloadview'

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

/** The rules for a real server in front, which is handed all files of the demo. */
export function frontConfig(backend: BackendName, dataFolder: string, server: ServerOptions = {}): DownloadConfig {
  // Not the data folder as a whole: the database lies there, and the server may send whatever a rule takes in.
  const folders = { uploads: '', shelf: '', media: '', fixtures: FIXTURES }
  const rules = Object.entries(folders).map(([name, folder]): Rule => {
    const sourceDir = folder || join(dataFolder, name)
    const isToldPaths = backend === 'apache' || backend === 'lighttpd'
    return isToldPaths ? { backend, sourceDir } : { backend, sourceDir, destinationUrl: `/protected/${name}/` }
  })
  return defineConfig({ backend, rules, server })
}
