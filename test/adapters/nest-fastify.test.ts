import { withNestOnFastify } from './frameworks/nest.js'
import { testAdapter } from './suite.js'

testAdapter(withNestOnFastify)
