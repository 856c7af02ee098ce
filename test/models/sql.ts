import mysql from 'mysql2/promise'
import pg from 'pg'
import type { DatabaseServer } from '../support/servers/database-server.js'
import { startMariadb } from '../support/servers/mariadb.js'
import { startPostgresql } from '../support/servers/postgresql.js'
import { COLUMNS, ROWS } from './rows.js'

/** A database server with the table `invoices`, filled. */
export interface InvoiceDatabase extends DatabaseServer {
  /** Changes a row past the ORM. */
  setTitle(id: number, title: string): Promise<void>
}

export async function postgresqlWithInvoices(): Promise<InvoiceDatabase> {
  const server = await startPostgresql()
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await client.query(`CREATE TABLE invoices (
    id integer PRIMARY KEY, slug varchar(100) NOT NULL UNIQUE, number bigint NOT NULL UNIQUE, code uuid NOT NULL UNIQUE,
    tenant integer NOT NULL, pdf varchar(200), scan bytea, title text, mime_type text, size integer, changed timestamptz)`)
  const places = COLUMNS.map((_, index) => `$${index + 1}`)
  for (const row of ROWS) {
    await client.query(
      `INSERT INTO invoices VALUES (${places})`,
      COLUMNS.map((column) => row[column]),
    )
  }
  return {
    ...server,
    setTitle: async (id, title) => {
      await client.query('UPDATE invoices SET title = $2 WHERE id = $1', [id, title])
    },
    async stop() {
      await client.end()
      await server.stop()
    },
  }
}

export async function mariadbWithInvoices(): Promise<InvoiceDatabase> {
  const server = await startMariadb()
  const client = await mysql.createConnection({ uri: server.url, timezone: 'Z' })
  await client.query(`CREATE TABLE invoices (
    id int PRIMARY KEY, slug varchar(100) NOT NULL UNIQUE, number bigint NOT NULL UNIQUE, code char(36) NOT NULL UNIQUE,
    tenant int NOT NULL, pdf varchar(200), scan longblob, title text CHARACTER SET latin1,
    mime_type text, size int, changed datetime(3))
    CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`)
  for (const row of ROWS) {
    await client.query(
      `INSERT INTO invoices VALUES (${COLUMNS.map(() => '?')})`,
      COLUMNS.map((column) => row[column]),
    )
  }
  return {
    ...server,
    setTitle: async (id, title) => {
      await client.query('UPDATE invoices SET title = ? WHERE id = ?', [title, id])
    },
    async stop() {
      await client.end()
      await server.stop()
    },
  }
}
