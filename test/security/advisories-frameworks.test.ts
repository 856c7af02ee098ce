import { withFastify5 } from '../adapters/frameworks/fastify.js'
import { withNestOnExpress, withNestOnFastify } from '../adapters/frameworks/nest.js'
import { adapters } from '../adapters/servers.js'
import { ATTACKS } from './attacks.js'
import { testAdvisories } from './suite.js'

const { withExpress5, withExpress4 } = adapters
testAdvisories([withExpress5, withExpress4, withFastify5, withNestOnExpress, withNestOnFastify], ATTACKS)
