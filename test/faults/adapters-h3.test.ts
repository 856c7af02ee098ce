import { withH3v1, withH3v2 } from '../adapters/frameworks/h3.js'
import { testFaults } from './suite.js'

// In a process of their own: the Node server of Hono replaces the global Response, with which h3 2 makes its errors.
testFaults(withH3v2)
testFaults(withH3v1)
