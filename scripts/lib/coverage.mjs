import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, run } from './run.mjs'

/** Prints what the tests covered of src/, from what V8 wrote into a folder. */
export async function reportCoverage(folder) {
  for (const name of readdirSync(folder)) keepOurs(join(folder, name))
  await run('c8', ['report', '--temp-directory', folder])
}

/**
 * Leaves what is ours: packages of others may have source maps that lead to a `src/` as well, and count as this one.
 *
 * Of that, it removes what compiling for the tests added to keep the names of functions and classes. Its source map leads
 * to the start of the file, so c8 would take all lines above a class as covered.
 */
function keepOurs(path) {
  const coverage = JSON.parse(readFileSync(path, 'utf8'))
  const result = coverage.result.filter(({ url }) => OURS.some((folder) => url.startsWith(folder)))
  for (const script of result) {
    if (script.url.endsWith('.ts')) script.functions = script.functions.filter((it) => !HELPERS.has(it.functionName))
  }
  writeFileSync(path, JSON.stringify({ result, 'source-map-cache': mapsOf(result, coverage) }))
}

function mapsOf(result, { 'source-map-cache': maps = {} }) {
  return Object.fromEntries(result.flatMap(({ url }) => (maps[url] === undefined ? [] : [[url, maps[url]]])))
}

const OURS = ['src/', 'dist/'].map((folder) => pathToFileURL(join(root, folder)).href)

const HELPERS = new Set(['__name', '<static_initializer>'])
