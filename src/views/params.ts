import { ConfigurationError } from '../errors.js'
import type { Params } from '../handler.js'
import { joinKey } from '../storages/key.js'

/** Reads a parameter as text, the parts of a wildcard joined by `/`; `undefined` when the route has none. */
export function paramOf(params: Params, name: string): string | undefined {
  const value = params[name]
  return value === undefined || typeof value === 'string' ? value : joinKey(value)
}

/** Refuses a route without a parameter that a view cannot do without. */
export function missingParam(view: object, names: readonly string[], mend: string): ConfigurationError {
  const needed = names.map((name) => `"${name}"`).join(' or ')
  return new ConfigurationError(
    `${view.constructor.name}: the route has no parameter ${needed}. Add it to the route, or ${mend}.`,
  )
}
