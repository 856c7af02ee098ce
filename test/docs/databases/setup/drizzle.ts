import { drizzle } from 'drizzle-orm/node-postgres'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { Pool } from 'pg'

export const invoices = pgTable('invoices', {
  id: integer().primaryKey(),
  tenant: integer().notNull(),
  title: text(),
  pdf: text(),
})

export const pool = new Pool({ connectionString: process.env['DATABASE_URL'] as string })
export const db = drizzle(pool)
