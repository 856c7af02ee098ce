import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.mjs'

/** Prints what the tests covered of src/, from what V8 wrote into a folder. */
export async function reportCoverage(folder) {
  for (const name of readdirSync(folder)) forgetHelpers(join(folder, name))
  await run('c8', ['report', '--temp-directory', folder])
}

/**
 * Removes what compiling for the tests added to keep the names of functions and classes.
 *
 * Its source map leads to the start of the file, so c8 would take all lines above a class as covered.
 */
function forgetHelpers(path) {
  const coverage = JSON.parse(readFileSync(path, 'utf8'))
  for (const script of coverage.result) {
    if (script.url.endsWith('.ts')) script.functions = script.functions.filter((it) => !HELPERS.has(it.functionName))
  }
  writeFileSync(path, JSON.stringify(coverage))
}

const HELPERS = new Set(['__name', '<static_initializer>'])
