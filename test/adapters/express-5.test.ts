import { adapters } from './servers.js'
import { testAdapter } from './suite.js'

testAdapter(adapters.withExpress5)
