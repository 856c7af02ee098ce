import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import createKnex, { type Knex } from 'knex'
import { ConfigurationError } from '../../src/errors.js'
import { fromKnex } from '../../src/models/knex/index.js'
import { describeModels, type Models, type Opened } from './expectations.js'
import type { Row } from './rows.js'
import { type InvoiceDatabase, mariadbWithInvoices, postgresqlWithInvoices } from './sql.js'

describeModels('fromKnex() on PostgreSQL', async () => {
  const server = await postgresqlWithInvoices()
  return opened(server, createKnex({ client: 'pg', connection: server.url }))
})

describeModels('fromKnex() on MariaDB', async () => {
  const { host, port, user, database, ...server } = await mariadbWithInvoices()
  const connection = { host, port, user, database, timezone: 'Z', supportBigNumbers: true }
  return opened({ ...server, host, port, user, database }, createKnex({ client: 'mysql2', connection }))
})

function opened(server: InvoiceDatabase, knex: Knex): Opened {
  return {
    models: modelsOf(knex),
    setTitle: server.setTitle,
    async close() {
      await knex.destroy()
      await server.stop()
    },
  }
}

function modelsOf(knex: Knex): Models {
  return {
    all: fromKnex(knex<Row>('invoices')),
    selected: fromKnex(knex<Row>('invoices').select('id', 'slug', 'pdf')),
    ofOne: fromKnex(knex<Row>('invoices').where({ tenant: 1 })),
    ofTwo: fromKnex(knex<Row>('invoices').where({ tenant: 1 }).orWhere({ tenant: 2 })),
  }
}

describe('fromKnex()', () => {
  let server: InvoiceDatabase
  let knex: Knex

  before(async () => {
    server = await postgresqlWithInvoices()
    knex = createKnex({ client: 'pg', connection: server.url })
  })

  after(async () => {
    await knex?.destroy()
    await server?.stop()
  })

  test('asks for the types of a table once, for every query of it', async () => {
    const queries: string[] = []
    knex.on('query', ({ sql }: { sql: string }) => void queries.push(sql))
    for (const id of ['1', '12', '16']) {
      const query = knex<Row>('invoices').where('tenant', '<', 4)
      assert.equal((await fromKnex(query).find({ id }))?.id, Number(id))
      assert.equal(await fromKnex(query).find({ id: `${id}abc` }), undefined)
    }
    assert.equal(queries.filter((query) => query.includes('information_schema')).length, 1)
    assert.equal(queries.length, 4)
  })

  test('takes the types of columns that are told, as those of a join', async () => {
    const joined = knex('invoices')
      .join('invoices as others', 'others.tenant', 'invoices.tenant')
      .where('others.slug', 'last')
      .select<{ number_of: number; pdf: string | null }[]>('invoices.id as number_of', 'invoices.pdf')
    const model = fromKnex(joined, { types: { number_of: 'integer' } })
    assert.equal((await model.find({ number_of: '1000' }))?.pdf, 'invoices/thousand.txt')
    assert.equal(await model.find({ number_of: '1e3' }), undefined)
    assert.equal(await model.find({ number_of: '12' }), undefined)
    await assert.rejects(async () => fromKnex(joined).find({ number_of: '12' }), ConfigurationError)
  })

  test('leaves the query as it was', async () => {
    const query = knex<Row>('invoices').where({ tenant: 3 })
    await fromKnex(query).find({ id: '16' })
    assert.equal((await query).length, 3)
  })
})
