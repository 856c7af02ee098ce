import fastifyStatic from '@fastify/static'
import fastify from 'fastify'
import { root } from './lib/contender.mjs'
import { serveFastify } from './lib/fastify.mjs'

await serveFastify(fastify().register(fastifyStatic, { root }))
