import { loadNest11 } from './frameworks/nest-11.js'
import { testAdapter } from './suite.js'

testAdapter((await loadNest11()).onExpress)
