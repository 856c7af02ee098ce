import { withHono4 } from './frameworks/hono.js'
import { testAdapter } from './suite.js'

testAdapter(withHono4)
