import { withKoa2 } from './frameworks/koa.js'
import { testAdapter } from './suite.js'

testAdapter(withKoa2)
