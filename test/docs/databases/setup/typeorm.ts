import { DataSource, EntitySchema } from 'typeorm'

export interface Invoice {
  id: number
  tenant: number
  title: string | null
  pdf: string | null
}

export const Invoice = new EntitySchema<Invoice>({
  name: 'Invoice',
  tableName: 'invoices',
  columns: {
    id: { type: Number, primary: true },
    tenant: { type: Number },
    title: { type: 'text', nullable: true },
    pdf: { type: 'text', nullable: true },
  },
})

export const dataSource = new DataSource({
  type: 'postgres',
  url: process.env['DATABASE_URL'] as string,
  entities: [Invoice],
})
await dataSource.initialize()
