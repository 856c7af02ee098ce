import { ConfigurationError } from './errors.js'

/** The names of all options of a kind: the compiler refuses one that is missing, or that there is not. */
export type OptionsOf<Options> = Readonly<Record<keyof Options, true>>

/**
 * Checks that options have no name that is not known. Plain JavaScript tells nobody of a misspelt one, and a limit that is
 * not heard of limits nothing.
 *
 * @throws ConfigurationError that tells which there are.
 */
export function assertKnown(options: unknown, known: Readonly<Record<string, true>>, owner: string, of = ''): void {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError(`${owner} takes an object with options, and was given ${kindOf(options)}.`)
  }
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue
    throw new ConfigurationError(`${owner}: "${name}" is no option${of}. There are: ${Object.keys(known).join(', ')}.`)
  }
}

/** The same in a constructor, unless it is that of a subclass that calls it: this one may have options of its own. */
export function assertKnownBy(
  target: { readonly name: string },
  owner: { readonly name: string },
  options: unknown,
  known: Readonly<Record<string, true>>,
  name = owner.name,
  of = '',
): void {
  if (target === owner) assertKnown(options, known, name, of)
}

/** Names the kind of a value, for a message: `undefined`, `string`, `Date`. The value itself may be long, or secret. */
export function kindOf(value: unknown): string {
  if (isClass(value)) return `the class ${value.name}`
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  return value.constructor?.name || 'object'
}

/** Tells a class from other functions: only its prototype cannot be replaced. */
export function isClass(value: unknown): value is { readonly name: string } {
  return typeof value === 'function' && Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false
}
