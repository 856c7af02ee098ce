import createKnex from 'knex'

export interface Invoice {
  id: number
  tenant: number
  title: string | null
  pdf: string | null
}

export const knex = createKnex({ client: 'pg', connection: process.env['DATABASE_URL'] as string })
