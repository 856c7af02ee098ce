import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './contender.mjs'

const files = new Map()

/** A file in memory, with what a server tells of it; `undefined` for a name that the works do not ask for. */
export function held(name) {
  if (!/^\d+-[KM]iB\.bin$/.test(name)) return undefined
  const file = files.get(name) ?? read(name)
  files.set(name, file)
  return file
}

function read(name) {
  const path = join(root, name)
  const { size, mtime } = statSync(path)
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Content-Length': size,
    ETag: `"${mtime.getTime().toString(16)}-${size.toString(16)}"`,
    'Last-Modified': mtime.toUTCString(),
  }
  return { headers, bytes: readFileSync(path) }
}
