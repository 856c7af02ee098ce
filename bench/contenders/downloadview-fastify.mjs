import { toFastifyHandler } from 'downloadview/fastify'
import fastify from 'fastify'
import { files } from './lib/downloads.mjs'
import { serveFastify } from './lib/fastify.mjs'

await serveFastify(fastify().get('/*', toFastifyHandler(files)))
