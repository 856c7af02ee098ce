import { EntitySchema, MikroORM } from '@mikro-orm/postgresql'

export class Invoice {
  id!: number
  tenant!: number
  title?: string | null
  pdf?: string | null
}

const schema = new EntitySchema<Invoice>({
  class: Invoice,
  tableName: 'invoices',
  properties: {
    id: { type: 'integer', primary: true },
    tenant: { type: 'integer' },
    title: { type: 'text', nullable: true },
    pdf: { type: 'text', nullable: true },
  },
})

export const orm = await MikroORM.init({ clientUrl: process.env['DATABASE_URL'] as string, entities: [schema] })
