import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { newest } from './lib/files.mjs'
import { ended, main, root, seconds, start } from './lib/run.mjs'

/**
 * Builds the native sender, unless it is newer than its sources. Only Linux has one: elsewhere nothing is done.
 *
 * Throws when it cannot be built, with what to do about it.
 */
export async function buildNative() {
  if (process.platform !== 'linux') return console.log('native sender: for Linux only, and nothing needs it')
  if (isNativeBuilt()) return console.log('native sender: there')
  const started = Date.now()
  const { code, text } = await gyp(['rebuild', '--directory', 'native', ...headers()])
  if (code !== 0 || !isNativeBuilt()) throw new Error(`${text.trimEnd()}\n${mend(text)}`)
  console.log(`native sender: built in ${seconds(started)}`)
}

/** Puts the binary where the package looks for it, below a folder that is to be `dist/`. Without a binary, does nothing. */
export function packNative(dist) {
  if (!existsSync(join(root, BINARY))) return
  mkdirSync(join(dist, 'native'), { recursive: true })
  cpSync(join(root, BINARY), join(dist, 'native', `${process.platform}-${process.arch}.node`))
}

const BINARY = 'native/build/Release/downloadview_sender.node'
const SOURCES = ['native/sender.c', 'native/binding.gyp']

function isNativeBuilt() {
  return existsSync(join(root, BINARY)) && newest([BINARY]) >= newest(SOURCES)
}

async function gyp(args) {
  const child = start('node-gyp', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk))
  const { code } = await ended(child)
  return { code, text: Buffer.concat(chunks).toString() }
}

/** Most installations of Node bring their headers along; without them node-gyp downloads some. */
function headers() {
  const prefix = dirname(dirname(process.execPath))
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? ['--nodedir', prefix] : []
}

function mend(text) {
  const [, means] = FAULTS.find(([sign]) => sign.test(text)) ?? [undefined, 'See above.']
  return `The native sender was not built, and everything works without it, only slower. ${means}`
}

const FAULTS = [
  [/Could not find any Python/, 'Python is missing: apt-get install python3'],
  [/not found: make/, 'A tool is missing: apt-get install make'],
  [/(cc|gcc|c99|g\+\+): (not found|No such file)/, 'The compiler is missing: apt-get install gcc libc6-dev'],
  [
    /node_api\.h|uv\.h|http(s)? response|ENOTFOUND|ECONNREFUSED|ETIMEDOUT/,
    'The headers of Node are missing: set npm_config_nodedir to a folder with include/node/node_api.h',
  ],
  [/\.h: No such file/, 'Headers of C are missing: apt-get install libc6-dev'],
]

await main(import.meta.url, buildNative)
