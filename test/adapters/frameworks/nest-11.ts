import assert from 'node:assert/strict'
import { createRequire, register } from 'node:module'
import { pathToFileURL } from 'node:url'
import { installedPackages } from '../../support/installed-packages.js'
import type { Adapter } from '../servers.js'

/**
 * Gives the ways to serve of `nest.ts`, in a process whose Nest is the major before: whoever asks for a package of Nest, our
 * adapter as well, gets it from a folder of its own. Nothing may have asked before.
 */
export async function loadNest11(): Promise<{ onExpress: Adapter; onFastify: Adapter }> {
  const folder = await installedPackages('nest-11.2.10', PACKAGES)
  register(`data:text/javascript,${encodeURIComponent(HOOK)}`, { data: pathToFileURL(`${folder}/`).href })
  const { withNestOnExpress, withNestOnFastify } = await import('./nest.js')
  await assertIsFrom(folder)
  return {
    onExpress: { ...withNestOnExpress, name: 'NestJS 11 on Express' },
    onFastify: { ...withNestOnFastify, name: 'NestJS 11 on Fastify' },
  }
}

/** Else all would pass as well, by the Nest that is there anyway. */
async function assertIsFrom(folder: string): Promise<void> {
  const require = createRequire(`${folder}/`)
  assert.match(require('@nestjs/core/package.json').version, /^11\./)
  assert.equal((await import('@nestjs/core')).NestFactory, require('@nestjs/core').NestFactory)
  assert.equal((await import('@nestjs/common')).HttpException, require('@nestjs/common').HttpException)
}

const PACKAGES = [
  ...['@nestjs/common@11.2.10', '@nestjs/core@11.2.10', '@nestjs/platform-express@11.2.10'],
  ...['@nestjs/platform-fastify@11.2.8', 'reflect-metadata@0.2.2', 'rxjs@7.8.2'],
]

/** An application has one of each, and so do the tests: their operators work on Nest's own streams. */
const HOOK = `
  let folder
  export function initialize(data) {
    folder = data
  }
  export function resolve(specifier, context, next) {
    const isOfNest = /^(@nestjs\\/|rxjs(\\/|$)|reflect-metadata(\\/|$))/.test(specifier)
    return next(specifier, isOfNest ? { ...context, parentURL: folder } : context)
  }
`
