import { withH3v1 } from './frameworks/h3.js'
import { testAdapter } from './suite.js'

testAdapter(withH3v1)
