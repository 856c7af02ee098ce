import { ConfigurationError, FileNotFoundError } from '../errors.js'
import type { Params } from '../handler.js'
import { pathOf } from './target.js'

/**
 * The parameters of a route: `:name` is one segment, `*name` at the end the rest of the path.
 *
 * `ParamsOfRoute<'/users/:id/files/*path'>` is `{ id: string, path: string }`.
 */
export type ParamsOfRoute<Route extends string> = string extends Route
  ? Params
  : { readonly [Name in NamesOfRoute<Route>]: string }

type NamesOfRoute<Route extends string> = Route extends `${infer Segment}/${infer Rest}`
  ? NameOf<Segment> | NamesOfRoute<Rest>
  : NameOf<Route>

type NameOf<Segment extends string> = Segment extends `:${infer Name}` | `*${infer Name}` ? Name : never

/** Finds the parameters of a path, each decoded once; `undefined` when the path is another one. */
export type RouteMatcher<Route extends string> = (url: string) => ParamsOfRoute<Route> | undefined

/** Reads a route, for servers that have no router of their own. Without one, every path fits. */
export function compileRoute<Route extends string>(route: Route | undefined): RouteMatcher<Route> {
  if (route === undefined) return () => ({}) as ParamsOfRoute<Route>
  assertRoute(route)
  const names = [...route.matchAll(PARAMETER)].map(([, , name]) => name as string)
  const pattern = new RegExp(
    `^${escapeForPattern(route).replace(PARAMETER, (_, kind) => (kind === ':' ? '([^/]+)' : '(.+)'))}$`,
  )
  return (url) => {
    const values = pattern.exec(pathOf(url))?.slice(1).map(decode)
    // "%zz" stands for no character, so it names no file.
    if (values === undefined || values.includes(undefined)) return undefined
    return Object.fromEntries(names.map((name, index) => [name, values[index]])) as ParamsOfRoute<Route>
  }
}

/** Answers a path that is not the route's with 404. */
export function requireMatch<P>(params: P | undefined): P {
  if (params === undefined) throw new FileNotFoundError()
  return params
}

/** A whole segment that stands for a parameter; not preceded by another character, so that "/a:b" is just a name. */
const PARAMETER = /(?<=\/)([:*])([A-Za-z_]\w*)(?=\/|$)/g

function assertRoute(route: string): void {
  const isWellFormed = route.startsWith('/') && !/[:*]/.test(route.replace(PARAMETER, '')) && !/\/\*\w+\//.test(route)
  if (isWellFormed) return
  throw new ConfigurationError(
    `"${route}" is no route. It begins with "/"; ":name" is one segment, and "*name" as the last one is the rest.`,
  )
}

/** Everything but `:` and `*`, which are the parameters' own. */
function escapeForPattern(route: string): string {
  return route.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
