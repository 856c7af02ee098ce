import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CamelCasePlugin, Kysely, MysqlDialect, PostgresDialect, sql } from 'kysely'
import mysql from 'mysql2'
import pg from 'pg'
import { ConfigurationError } from '../../src/errors.js'
import { fromKysely } from '../../src/models/kysely/index.js'
import { describeModels, type Models } from './expectations.js'
import type { Row } from './rows.js'
import { type InvoiceDatabase, mariadbWithInvoices, postgresqlWithInvoices } from './sql.js'

interface Tables {
  invoices: Row
}

describeModels('fromKysely() on PostgreSQL', async () => {
  const server = await postgresqlWithInvoices()
  const pool = new pg.Pool({ connectionString: server.url })
  return opened(server, new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }))
})

describeModels('fromKysely() on MariaDB', async () => {
  const server = await mariadbWithInvoices()
  const pool = mysql.createPool({ uri: server.url, timezone: 'Z', supportBigNumbers: true })
  return opened(server, new Kysely<Tables>({ dialect: new MysqlDialect({ pool }) }))
})

function opened(server: InvoiceDatabase, db: Kysely<Tables>) {
  return {
    models: modelsOf(db),
    setTitle: server.setTitle,
    async close() {
      await db.destroy()
      await server.stop()
    },
  }
}

function modelsOf(db: Kysely<Tables>): Models {
  return {
    all: fromKysely(db, 'invoices'),
    selected: fromKysely(db, 'invoices', { select: ['pdf'] }),
    ofOne: fromKysely(db, 'invoices', { where: (eb) => eb('tenant', '=', 1) }),
    ofTwo: fromKysely(db, 'invoices', { where: () => sql<boolean>`tenant = 1 or tenant = 2` }),
  }
}

describe('fromKysely()', () => {
  let server: InvoiceDatabase
  let db: Kysely<Tables & { 'public.invoices': Row; 'other.invoices': Row; nothing: Row }>

  before(async () => {
    server = await postgresqlWithInvoices()
    db = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: server.url }) }) })
  })

  after(async () => {
    await db?.destroy()
    await server?.stop()
  })

  test('takes the types of columns that are told, and does not ask for them', async () => {
    const queries: string[] = []
    const listening = new Kysely<Tables>({
      dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: server.url }) }),
      log: ({ query }) => void queries.push(query.sql),
    })
    try {
      const told = fromKysely(listening, 'invoices', { types: { id: 'integer' } })
      assert.equal((await told.find({ id: '12' }))?.id, 12)
      assert.equal(await told.find({ id: '12abc' }), undefined)
      assert.equal(queries.length, 1)
    } finally {
      await listening.destroy()
    }
  })

  test('asks for the types of a table once', async () => {
    const queries: string[] = []
    const listening = new Kysely<Tables>({
      dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: server.url }) }),
      log: ({ query }) => void queries.push(query.sql),
    })
    try {
      for (const id of ['1', '12', '16']) assert.ok(await fromKysely(listening, 'invoices').find({ id }), id)
      assert.equal(queries.filter((query) => query.includes('pg_catalog')).length, 1)
    } finally {
      await listening.destroy()
    }
  })

  test('needs to be told the types of columns that a plugin renames', async () => {
    const camel = db.withPlugin(new CamelCasePlugin()) as unknown as Kysely<{ invoices: { mimeType: string } }>
    const where = { mimeType: 'application/x-scan' }
    await assert.rejects(async () => fromKysely(camel, 'invoices').find(where), ConfigurationError)
    const found = await fromKysely(camel, 'invoices', { types: { mimeType: 'text' } }).find(where)
    assert.equal(found?.mimeType, 'application/x-scan')
  })

  test('knows tables with their schema, and tells of one that is not there', async () => {
    assert.equal((await fromKysely(db, 'public.invoices').find({ id: '12' }))?.id, 12)
    await assert.rejects(async () => fromKysely(db, 'nothing').find({ id: '12' }), ConfigurationError)
  })

  test('needs to be told the types of a table that two schemas have with other types', async () => {
    await sql`CREATE SCHEMA other`.execute(db)
    await sql`CREATE TABLE other.invoices (id text, slug text)`.execute(db)
    const fresh = db.withSchema('public')
    await assert.rejects(async () => fromKysely(fresh, 'invoices').find({ id: '12' }), ConfigurationError)
    assert.equal((await fromKysely(fresh, 'invoices', { types: { id: 'integer' } }).find({ id: '12' }))?.id, 12)
    assert.equal((await fromKysely(db, 'public.invoices').find({ id: '12' }))?.id, 12)
  })
})
