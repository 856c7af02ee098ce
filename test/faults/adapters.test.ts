import { withFastify5 } from '../adapters/frameworks/fastify.js'
import { withHono4 } from '../adapters/frameworks/hono.js'
import { withKoa2, withKoa3 } from '../adapters/frameworks/koa.js'
import { withNestOnExpress, withNestOnFastify } from '../adapters/frameworks/nest.js'
import { adapters } from '../adapters/servers.js'
import { testFaults } from './suite.js'

for (const adapter of Object.values(adapters)) testFaults(adapter)
for (const adapter of [withFastify5, withKoa3, withKoa2, withHono4, withNestOnExpress, withNestOnFastify]) {
  testFaults(adapter)
}
