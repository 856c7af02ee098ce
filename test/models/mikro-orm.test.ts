import { EntitySchema, MikroORM } from '@mikro-orm/postgresql'
import { fromMikroOrm } from '../../src/models/mikro-orm/index.js'
import { describeModels } from './expectations.js'
import { postgresqlWithInvoices } from './sql.js'

class Invoice {
  id!: number
  slug!: string
  number!: bigint
  code!: string
  tenant!: number
  pdf?: string | null
  scan?: Buffer | null
  title?: string | null
  mimeType?: string | null
  size?: number | null
  changed?: Date | null
}

const schema = new EntitySchema<Invoice>({
  class: Invoice,
  tableName: 'invoices',
  properties: {
    id: { type: 'integer', primary: true },
    slug: { type: 'string' },
    number: { type: 'bigint' },
    code: { type: 'uuid' },
    tenant: { type: 'integer' },
    pdf: { type: 'string', nullable: true },
    scan: { type: 'blob', nullable: true },
    title: { type: 'text', nullable: true },
    mimeType: { type: 'text', nullable: true },
    size: { type: 'integer', nullable: true },
    changed: { type: 'datetime', nullable: true },
  },
})

for (const [name, own] of [
  ['with a fork for each lookup', false],
  ['with an entity manager of our own', true],
] as const) {
  describeModels(
    `fromMikroOrm() on PostgreSQL, ${name}`,
    async () => {
      const server = await postgresqlWithInvoices()
      const orm = await MikroORM.init({ clientUrl: server.url, entities: [schema], connect: true })
      const em = own ? () => orm.em.fork() : orm.em
      return {
        models: {
          all: fromMikroOrm(em, Invoice),
          selected: fromMikroOrm(em, Invoice, { select: ['pdf'] }),
          ofOne: fromMikroOrm(em, Invoice, { where: { tenant: 1 } }),
          ofTwo: fromMikroOrm(em, Invoice, { where: { $or: [{ tenant: 1 }, { tenant: 2 }] } }),
        },
        setTitle: server.setTitle,
        async close() {
          await orm.close()
          await server.stop()
        },
      }
    },
    { mimeType: 'mimeType' },
  )
}
