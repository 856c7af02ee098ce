import { addressProperties } from './properties/addresses.js'
import { handOverProperties } from './properties/hand-over.js'
import { headerProperties } from './properties/headers.js'
import { httpProperties } from './properties/http.js'
import { nameProperties } from './properties/names.js'
import { negotiationProperties } from './properties/negotiation.js'
import { signingProperties } from './properties/signing.js'
import { upstreamProperties } from './properties/upstream.js'
import type { Property } from './property.js'

/** Everything that is fuzzed. */
export const properties: readonly Property[] = [
  ...headerProperties,
  ...nameProperties,
  ...addressProperties,
  ...signingProperties,
  ...handOverProperties,
  ...upstreamProperties,
  ...negotiationProperties,
  ...httpProperties,
]
