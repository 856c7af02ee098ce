import { ConfigurationError } from '../errors.js'

/** Checks a rate or a number of seconds, where `undefined`, `null` and `false` mean something of their own. */
export function assertPositiveInteger(name: string, value: unknown, owner: string): void {
  if (value === undefined || value === null || value === false) return
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return
  throw new ConfigurationError(`${owner}: ${name} must be a whole number of 0 or more, got ${show(value)}.`)
}

/** Tells whether a path has a step that leads nowhere or up. */
export function hasDots(path: string): boolean {
  return path.split('/').some((segment) => segment === '.' || segment === '..')
}

/** Writes a wrong value into a message. */
export function show(value: unknown): string {
  // JSON has no NaN: it would say null.
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
}

/** Tells whether the files of a rule are those of another server. */
export function isRemote(files: string): boolean {
  return /^https?:\/\//.test(files)
}
