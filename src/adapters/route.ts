import { ConfigurationError, FileNotFoundError } from '../errors.js'
import type { Params } from '../handler.js'
import { pathOf } from './target.js'

/**
 * The parameters of a route: `:name` is one segment, `*name` at the end the rest of the path, and `{*name}` a rest that
 * may be empty, as below the `/` of a folder.
 *
 * `ParamsOfRoute<'/users/:id/files/*path'>` is `{ id: string, path: string }`.
 */
export type ParamsOfRoute<Route extends string> = string extends Route
  ? Params
  : { readonly [Name in NamesOfRoute<Route>]: string }

type NamesOfRoute<Route extends string> = Route extends `${infer Segment}/${infer Rest}`
  ? NameOf<Segment> | NamesOfRoute<Rest>
  : NameOf<Route>

type NameOf<Segment extends string> = Segment extends `{*${infer Name}}`
  ? Name
  : Segment extends `:${infer Name}` | `*${infer Name}`
    ? Name
    : never

/** Finds the parameters of a path, each decoded once; `undefined` when the path is another one. */
export type RouteMatcher<Route extends string> = (url: string) => ParamsOfRoute<Route> | undefined

/** Reads a route, for servers that have no router of their own. Without one, every path fits. */
export function compileRoute<Route extends string>(route: Route | undefined): RouteMatcher<Route> {
  if (route === undefined) return () => ({}) as ParamsOfRoute<Route>
  const parts = partsOf(route)
  return (url) => {
    // Decoded segment by segment: however a client spells "/über/a", it is the same route.
    const segments = pathOf(url).split('/').map(decode)
    // "%zz" stands for no character, so it names no file.
    return segments.includes(undefined) ? undefined : (match(parts, segments as string[]) as ParamsOfRoute<Route>)
  }
}

/** Answers a path that is not the route's with 404. */
export function requireMatch<P>(params: P | undefined): P {
  if (params === undefined) throw new FileNotFoundError()
  return params
}

interface RoutePart {
  readonly kind: 'literal' | 'segment' | 'rest'
  readonly name: string
  readonly mayBeEmpty?: boolean
}

function match(parts: readonly RoutePart[], segments: readonly string[]): Record<string, string> | undefined {
  const isOpen = parts.at(-1)?.kind === 'rest'
  if (isOpen ? segments.length < parts.length : segments.length !== parts.length) return undefined
  const params: Record<string, string> = {}
  let index = 0
  for (const { kind, name, mayBeEmpty = false } of parts) {
    const value = kind === 'rest' ? segments.slice(index).join('/') : (segments[index] as string)
    index++
    if (kind === 'literal' ? value !== name : value === '' && !mayBeEmpty) return undefined
    if (kind !== 'literal') params[name] = value
  }
  return params
}

function partsOf(route: string): RoutePart[] {
  const parts = route.split('/').map(partOf)
  const names = parts.flatMap(({ kind, name }) => (kind === 'literal' ? [] : [name]))
  const isWellFormed =
    route.startsWith('/') &&
    parts.every(({ kind, name }) => (kind === 'literal' ? !/[:*]/.test(name) : PARAMETER.test(name))) &&
    parts.every(({ kind }, index) => kind !== 'rest' || index === parts.length - 1) &&
    new Set(names).size === names.length
  if (isWellFormed) return parts
  throw new ConfigurationError(
    `"${route}" is no route. It begins with "/"; ":name" is one segment, "*name" as the last one is the rest, and "{*name}" a rest that may be empty.`,
  )
}

function partOf(segment: string): RoutePart {
  if (segment.startsWith(':')) return { kind: 'segment', name: segment.slice(1) }
  if (segment.startsWith('*')) return { kind: 'rest', name: segment.slice(1) }
  if (/^\{\*.*\}$/.test(segment)) return { kind: 'rest', name: segment.slice(2, -1), mayBeEmpty: true }
  return { kind: 'literal', name: segment }
}

/** An object takes no `__proto__` for a field: the parameter would be missing. */
const PARAMETER = /^(?!__proto__$)[A-Za-z_]\w*$/

/** Answers a path that cannot be decoded with 404. Some routers leave it as it is, and there may be a file of that name. */
export function requireDecodable(url: string): void {
  requireMatch(decode(pathOf(url)))
}

/** Decodes a part of a path, once; `undefined` for one such as "%zz", which stands for no character. */
export function decode(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
