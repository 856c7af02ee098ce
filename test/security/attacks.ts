import { containment } from './advisories/containment.js'
import { errors } from './advisories/errors.js'
import { handOver } from './advisories/hand-over.js'
import { headers } from './advisories/headers.js'
import { ranges } from './advisories/ranges.js'
import { resources } from './advisories/resources.js'
import { signatures } from './advisories/signatures.js'
import { spellings } from './advisories/spellings.js'
import { uploads } from './advisories/uploads.js'
import type { Attacked } from './suite.js'

/**
 * What has been done to file servers before, to be tried on every way to serve.
 *
 * Each test names the advisories, or reports, that it learned from; `docs/advisories.md` has the whole list.
 */
export const ATTACKS: readonly ((attacked: Attacked) => void)[] = [
  spellings,
  containment,
  ranges,
  headers,
  handOver,
  signatures,
  uploads,
  errors,
  resources,
]
