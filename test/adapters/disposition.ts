import assert from 'node:assert/strict'

/** A Content-Disposition, read to the letter of RFC 6266. */
export interface Disposition {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
}

/** Reads a Content-Disposition and fails on whatever the grammar has no place for, such as a parameter that comes twice. */
export function disposition(header: string): Disposition {
  assert.match(header, /^[\x20-\x7E]*$/, 'Only ASCII is safe in a header.')
  const type = /^[a-z]+/.exec(header)?.[0] ?? ''
  const parameters = new Map<string, string>()
  const PARAMETER = /; ([a-z]+\*?)=(?:"((?:[^"\\]|\\.)*)"|([^\s";,\\]+))/y
  PARAMETER.lastIndex = type.length
  while (PARAMETER.lastIndex < header.length) {
    const at = PARAMETER.lastIndex
    const match = PARAMETER.exec(header)
    assert.ok(match, `Not a parameter: ${header.slice(at)}`)
    const [, name = '', quoted, token = ''] = match
    assert.ok(!parameters.has(name), `"${name}" comes twice.`)
    parameters.set(name, quoted === undefined ? token : quoted.replace(/\\(.)/g, '$1'))
  }
  return { type, parameters }
}

/** The name in the form that every client can read. */
export function plainFilename(header: string): string | undefined {
  return disposition(header).parameters.get('filename')
}

/** The name under which a client of today saves a file: the extended form wins (RFC 8187). */
export function savedName(header: string): string | undefined {
  const { parameters } = disposition(header)
  const extended = parameters.get('filename*')
  if (extended === undefined) return parameters.get('filename')
  const match = /^UTF-8''((?:[A-Za-z0-9!#$&+\-.^_`|~]|%[0-9A-F]{2})+)$/.exec(extended)
  assert.ok(match, `Not an extended value: ${extended}`)
  return decodeURIComponent(match[1] ?? '')
}
