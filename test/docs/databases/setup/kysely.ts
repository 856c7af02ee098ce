import { Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'

interface Tables {
  invoices: { id: number; tenant: number; title: string | null; pdf: string | null }
}

export const db = new Kysely<Tables>({
  dialect: new PostgresDialect({ pool: new Pool({ connectionString: process.env['DATABASE_URL'] as string }) }),
})
