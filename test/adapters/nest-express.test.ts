import { withNestOnExpress } from './frameworks/nest.js'
import { testAdapter } from './suite.js'

testAdapter(withNestOnExpress)
