import { withH3v1, withH3v2 } from '../adapters/frameworks/h3.js'
import { withHono4 } from '../adapters/frameworks/hono.js'
import { withKoa2, withKoa3 } from '../adapters/frameworks/koa.js'
import { ATTACKS } from './attacks.js'
import { testAdvisories } from './suite.js'

// Hono comes last: its server puts a Response of its own in place of the platform's.
testAdvisories([withKoa3, withKoa2, withH3v2, withH3v1, withHono4], ATTACKS)
