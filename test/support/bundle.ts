import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * Makes one file of plain JavaScript of a module and all that it imports, and gives its path. A process that runs it starts
 * in a fraction of the time that TypeScript needs.
 */
export async function bundle(module: URL, folder: string): Promise<string> {
  const outfile = join(folder, 'bundle.mjs')
  await build({
    entryPoints: [fileURLToPath(module)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    banner: {
      js: "import { createRequire as requirerOf } from 'node:module'; const require = requirerOf(import.meta.url);",
    },
    // The native sender is looked for beside the module that loads it.
    define: { 'import.meta.url': JSON.stringify(LOADER.href) },
  })
  return outfile
}

const LOADER = new URL('../../src/adapters/node/native/load.ts', import.meta.url)
