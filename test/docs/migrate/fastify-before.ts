import { resolve } from 'node:path'
import fastifyStatic from '@fastify/static'
import fastify from 'fastify'

export const app = fastify()

// #region plugin
await app.register(fastifyStatic, { root: resolve('public'), prefix: '/files/', maxAge: '1h' })
// #endregion

// #region replies
const root = resolve('invoices')
const options: object = { root } // the types of `download` know no root

app.get<{ Params: { id: string } }>('/invoices/:id', (request, reply) => {
  return reply.sendFile(`${request.params.id}.pdf`, root)
})

app.get<{ Params: { id: string } }>('/invoices/:id/download', (request, reply) => {
  const { id } = request.params
  return reply.download(`${id}.pdf`, `invoice-${id}.pdf`, options)
})
// #endregion
