import { AssertionError } from 'node:assert'

/** An assertion of this door: its name stands in messages, and its frames are left out of stacks. */
export type Assertion = (...args: never[]) => unknown

/**
 * Refuses expectations that cannot be checked.
 *
 * @throws TypeError that names what can be.
 */
export function assertKnown(assertion: Assertion, expected: object, names: readonly string[]): void {
  for (const [name, value] of Object.entries(expected)) {
    if (!names.includes(name)) {
      throw new TypeError(`${assertion.name}() cannot check "${name}". It checks: ${names.join(', ')}.`)
    }
    // A misspelled variable would otherwise make a test that cannot fail.
    if (value === undefined) {
      throw new TypeError(`${assertion.name}(): "${name}" is undefined. Leave it out, or say what is expected.`)
    }
  }
}

/** Fails unless a fact of a reply is what is expected. */
export function assertFact(assertion: Assertion, name: string, actual: unknown, expected: unknown): void {
  if (actual === expected) return
  const message = `The ${name} of the download is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}.`
  fail(assertion, message, actual, expected)
}

/** Fails in the way that every test runner shows. */
export function fail(assertion: Assertion, message: string, actual: unknown, expected: unknown): never {
  // Its own name as the operator: with those of node:assert, a comparison would be added to the message.
  throw new AssertionError({ message, actual, expected, operator: assertion.name, stackStartFn: assertion })
}
