import { withFastify5 } from './frameworks/fastify.js'
import { testAdapter } from './suite.js'

testAdapter(withFastify5)
