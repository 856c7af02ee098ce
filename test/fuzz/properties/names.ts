import assert from 'node:assert/strict'
import { posix } from 'node:path'
import fc from 'fast-check'
import { compileRoute } from '../../../src/adapters/route.js'
import { originForm, pathOf, refuseEncodedSeparators } from '../../../src/adapters/target.js'
import { ConfigurationError, InvalidKeyError } from '../../../src/errors.js'
import { pathInside } from '../../../src/storages/disk/local-path.js'
import { assertCanonicalKey, joinKey } from '../../../src/storages/key.js'
import { ObjectNames } from '../../../src/storages/object-names.js'
import { codeUnit, soup } from '../arbitraries.js'
import { decodeText } from '../models/percent.js'
import { type Property, property } from '../property.js'

const PARAMETER_NAMES = ['a', 'b', 'path', '__proto__', 'constructor']
const routePart = fc.oneof(
  fc.constantFrom('files', 'a b', '\u00fc', 'x', '', '%41'),
  fc.constantFrom(...PARAMETER_NAMES).map((name) => `:${name}`),
)
const routeText = fc
  .tuple(fc.array(routePart, { maxLength: 3 }), fc.constantFrom('', '/', '/*rest', '/{*rest}', '/x'))
  .map(([parts, end]) => `/${parts.join('/')}${end}`.replace(/^\/\//, '/'))
const pathPart = fc.oneof(
  fc.constantFrom(
    'files',
    'a%20b',
    'a b',
    '%C3%BC',
    '%c3%bc',
    '\u00fc',
    'x',
    '%78',
    '',
    '%2541',
    '%41',
    '%2f',
    '%00',
    '..',
  ),
  soup(['%', 'C', '3', '%C3', '%BC', 'a', '/', '%2F', '%zz', '%ED%A0%80', '%FF', '+', ';'], 4),
)
const targetText = fc
  .tuple(
    fc.constantFrom('', '', '', 'http://host', 'HTTP://u:p@host:80', 'x://'),
    fc.array(pathPart, { maxLength: 4 }),
    fc.constantFrom('', '', '?q=/x', '#f', '?', '/'),
  )
  .map(([origin, parts, end]) => `${origin}/${parts.join('/')}${end}`)

const route = property({
  id: 'route',
  says: 'a route takes exactly the paths that a naive reader takes, with each parameter decoded once',
  share: 8,
  cases: fc.record({ route: routeText, target: targetText }),
  check({ route, target }) {
    const parts = route.split('/').slice(1)
    const names = parts.filter((part) => /^[:*{]/.test(part)).map((part) => part.replace(/[:*{}]/g, ''))
    if (new Set(names).size < names.length || names.includes('__proto__')) {
      assert.throws(() => compileRoute(route), ConfigurationError)
      return
    }
    const found = compileRoute<string>(route)(originForm(target))
    const expected = takeRoute(parts, pathOfTarget(target))
    assert.deepEqual(found && Object.entries(found), expected && [...expected])
  },
})

/** The path of a request target, its absolute form without scheme and host. */
function pathOfTarget(target: string): string {
  const scheme = target.indexOf('://')
  const rest =
    scheme > 0
      ? `/${target
          .slice(scheme + 3)
          .split('/')
          .slice(1)
          .join('/')}`
      : target
  return rest.split('?')[0]?.split('#')[0] as string
}

function takeRoute(parts: readonly string[], path: string): Map<string, string> | undefined {
  const values = path
    .split('/')
    .slice(1)
    .map((segment) => decodeText(Buffer.from(segment).toString('latin1')))
  if (values.includes(undefined)) return undefined
  const found = new Map<string, string>()
  for (const [at, part] of parts.entries()) {
    const value = values[at]
    if (part.startsWith('*') || part.startsWith('{')) {
      const rest = values.slice(at).join('/')
      if (value === undefined || (rest === '' && part.startsWith('*'))) return undefined
      return found.set(part.replace(/[*{}]/g, ''), rest)
    }
    if (value === undefined || (part.startsWith(':') ? value === '' : value !== part)) return undefined
    if (part.startsWith(':')) found.set(part.slice(1), value)
  }
  return parts.length === values.length ? found : undefined
}

const encodedSeparators = property({
  id: 'encoded-separators',
  says: 'once a path is let through, decoding it makes no separator that was not there before',
  share: 4,
  cases: fc.oneof(targetText, soup(['%', '2', 'f', 'F', '5', 'c', '0', '/', '?', '%2', '%5C', '%00', '#', 'a'], 8)),
  check(target) {
    const isLetThrough = isAccepted(() => refuseEncodedSeparators(target))
    const path = pathOf(target)
    const decoded = path.split('/').map((segment) => decodeText(Buffer.from(segment).toString('latin1')))
    const hasHidden = decoded.some((segment, at) => {
      if (segment === undefined) return false
      const spelled = path.split('/')[at] as string
      return /[/\0]/.test(segment) || (segment.includes('\\') && !spelled.includes('\\'))
    })
    if (hasHidden) assert.equal(isLetThrough, false)
    if (!path.includes('%')) assert.equal(isLetThrough, true)
  },
})

const keyText = fc.oneof(
  fc
    .array(
      fc.oneof(
        fc.constantFrom('a', 'b.txt', '..', '.', '', '...', '.env', '.downloadview-x', 'C:', 'a:$b', ' '),
        soup('a.b/\\:\0\u00fc ', 4),
      ),
      {
        maxLength: 4,
      },
    )
    .map((parts) => parts.join('/')),
  fc.string({ unit: codeUnit, maxLength: 8 }),
)

const key = property({
  id: 'key',
  says: 'a key is taken exactly when it is names with one separator between them, and then never leads out of its root',
  share: 8,
  cases: fc.record({ key: keyText, root: fc.constantFrom('/', '/root', '/srv/my files') }),
  check({ key, root }) {
    const isTaken = isAccepted(() => assertCanonicalKey(key))
    assert.equal(isTaken, isCanonical(key), JSON.stringify(key))
    const names = key.split('/')
    for (const [policy, hidden] of [
      ['allow', '.downloadview-'],
      ['deny', '.'],
    ] as const) {
      let path: string | undefined
      const isOpened = isAccepted(() => {
        path = pathInside(root, key, policy)
      })
      assert.equal(isOpened, isTaken && !names.some((name) => name.startsWith(hidden)))
      if (path === undefined) continue
      assert.equal(path, posix.resolve(root, key))
      assert.equal(posix.relative(root, path), key)
      assert.equal(path, `${root === '/' ? '' : root}/${key}`)
    }
    assert.equal(
      isAccepted(() => assertCanonicalKey(joinKey(names))),
      isTaken,
    )
    if (names.length > 1) assert.throws(() => joinKey([key]), InvalidKeyError)
  },
})

/** The canonical form, name by name, as on every system but Windows. */
function isCanonical(key: string): boolean {
  if (/^[A-Za-z]:/.test(key) || key.includes(':$') || /\p{Cs}/u.test(key)) return false
  return key.split('/').every((name) => !['', '.', '..'].includes(name) && !/[\\\0]/.test(name))
}

const objectNames = property({
  id: 'object-names',
  says: 'the name of an object leads back to its key, and no key to an object of another folder',
  share: 3,
  cases: fc.record({ prefix: fc.constantFrom('', 'a', 'a/', 'a/b', 'media'), key: keyText }),
  check({ prefix, key }) {
    const names = new ObjectNames(prefix)
    if (!isCanonical(key)) {
      assert.throws(() => names.of(key), InvalidKeyError)
      return
    }
    const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
    assert.equal(names.of(key), folder + key)
    assert.equal(names.keyOf(names.of(key)), key)
    assert.ok(names.of(key).startsWith(names.below(undefined)), names.of(key))
    assert.equal(names.below(key), `${folder}${key}/`)
  },
})

function isAccepted(work: () => void): boolean {
  try {
    work()
    return true
  } catch (error) {
    if (error instanceof InvalidKeyError) return false
    throw error
  }
}

/** Routes, parameters of paths, and keys. */
export const nameProperties: readonly Property[] = [route, encodedSeparators, key, objectNames]
