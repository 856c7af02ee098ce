import { withKoa3 } from './frameworks/koa.js'
import { testAdapter } from './suite.js'

testAdapter(withKoa3)
