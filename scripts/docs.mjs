import { installEverything } from './lib/install.mjs'
import { main, run } from './lib/run.mjs'

/** Builds the documentation as a site, and first installs what that takes. Arguments go on to `site/build.ts`. */
async function docs() {
  await installEverything()
  await run('tsx', ['site/build.ts', ...process.argv.slice(2)])
}

await main(import.meta.url, docs)
