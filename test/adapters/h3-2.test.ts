import { withH3v2 } from './frameworks/h3.js'
import { testAdapter } from './suite.js'

testAdapter(withH3v2)
