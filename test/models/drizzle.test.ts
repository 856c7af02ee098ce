import { eq, sql } from 'drizzle-orm'
import * as my from 'drizzle-orm/mysql-core'
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import * as pg from 'drizzle-orm/pg-core'
import mysql from 'mysql2/promise'
import postgres from 'pg'
import { fromDrizzle } from '../../src/models/drizzle/index.js'
import { describeModels } from './expectations.js'
import { mariadbWithInvoices, postgresqlWithInvoices } from './sql.js'

const bytea = pg.customType<{ data: Buffer }>({ dataType: () => 'bytea' })

const inPostgresql = pg.pgTable('invoices', {
  id: pg.integer().primaryKey(),
  slug: pg.varchar({ length: 100 }).notNull(),
  number: pg.bigint({ mode: 'bigint' }).notNull(),
  code: pg.uuid().notNull(),
  tenant: pg.integer().notNull(),
  pdf: pg.varchar({ length: 200 }),
  scan: bytea(),
  title: pg.text(),
  mimeType: pg.text('mime_type'),
  size: pg.integer(),
  changed: pg.timestamp({ withTimezone: true }),
})

describeModels(
  'fromDrizzle() on PostgreSQL',
  async () => {
    const server = await postgresqlWithInvoices()
    const pool = new postgres.Pool({ connectionString: server.url })
    const db = drizzlePg(pool)
    return {
      models: {
        all: fromDrizzle(db, inPostgresql),
        selected: fromDrizzle(db, inPostgresql, { select: ['pdf'] }),
        ofOne: fromDrizzle(db, inPostgresql, { where: eq(inPostgresql.tenant, 1) }),
        ofTwo: fromDrizzle(db, inPostgresql, { where: sql`tenant = 1 or tenant = 2` }),
      },
      setTitle: server.setTitle,
      async close() {
        await pool.end()
        await server.stop()
      },
    }
  },
  { mimeType: 'mimeType' },
)

const longblob = my.customType<{ data: Buffer }>({ dataType: () => 'longblob' })

const inMariadb = my.mysqlTable('invoices', {
  id: my.int().primaryKey(),
  slug: my.varchar({ length: 100 }).notNull(),
  number: my.bigint({ mode: 'bigint' }).notNull(),
  code: my.char({ length: 36 }).notNull(),
  tenant: my.int().notNull(),
  pdf: my.varchar({ length: 200 }),
  scan: longblob(),
  title: my.text(),
  mimeType: my.text('mime_type'),
  size: my.int(),
  changed: my.datetime({ fsp: 3 }),
})

describeModels(
  'fromDrizzle() on MariaDB',
  async () => {
    const server = await mariadbWithInvoices()
    const pool = mysql.createPool({ uri: server.url, supportBigNumbers: true })
    const db = drizzleMysql({ client: pool })
    return {
      models: {
        all: fromDrizzle(db, inMariadb),
        selected: fromDrizzle(db, inMariadb, { select: ['pdf'] }),
        ofOne: fromDrizzle(db, inMariadb, { where: eq(inMariadb.tenant, 1) }),
        ofTwo: fromDrizzle(db, inMariadb, { where: sql`tenant = 1 or tenant = 2` }),
      },
      setTitle: server.setTitle,
      async close() {
        await pool.end()
        await server.stop()
      },
    }
  },
  { mimeType: 'mimeType' },
)
