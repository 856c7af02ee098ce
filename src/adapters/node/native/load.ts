import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Addon } from './addon.js'

/** Whether files are sent by the system itself, and why not. */
export type NativeStatus =
  | { readonly state: 'active' }
  /** Turned off by `DOWNLOADVIEW_NATIVE=0`. */
  | { readonly state: 'off' }
  /** There is no binary for this platform. */
  | { readonly state: 'not-built'; readonly platform: string }
  | { readonly state: 'failed'; readonly reason: string }

/** The compiled part, or `undefined` where there is none. Looked for once in a process or worker. Never throws. */
export function nativeAddon(): Addon | undefined {
  return loadOnce().addon
}

/** Tells what became of the compiled part. */
export function nativeStatus(): NativeStatus {
  return loadOnce().status
}

interface Loaded {
  readonly status: NativeStatus
  readonly addon?: Addon
}

let loaded: Loaded | undefined

function loadOnce(): Loaded {
  loaded ??= load()
  return loaded
}

const PLATFORM = `${process.platform}-${process.arch}`

/** What `native/sender.c` calls its version. */
const INTERFACE_VERSION = 1

function load(): Loaded {
  if (process.env['DOWNLOADVIEW_NATIVE'] === '0') return { status: { state: 'off' } }
  try {
    const path = findBinary()
    if (path === undefined) return { status: { state: 'not-built', platform: PLATFORM } }
    const addon: Addon & { version: number } = createRequire(import.meta.url)(path)
    if (addon.version !== INTERFACE_VERSION) throw new Error('It was built from other sources.')
    return { status: { state: 'active' }, addon }
  } catch (error) {
    return { status: { state: 'failed', reason: error instanceof Error ? error.message : String(error) } }
  }
}

/** Its own build first: what is in dist may be older. */
function findBinary(): string | undefined {
  const places = ['native/build/Release/downloadview_sender.node', `dist/native/${PLATFORM}.node`]
  return process.platform === 'linux' ? places.map(inPackage).find((path) => existsSync(path)) : undefined
}

/** `src/` and `dist/` are equally deep. */
function inPackage(path: string): string {
  return fileURLToPath(new URL(`../../../../${path}`, import.meta.url))
}
