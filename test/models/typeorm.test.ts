import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DataSource, EntitySchema, type EntitySchemaColumnOptions, In } from 'typeorm'
import { ConfigurationError } from '../../src/errors.js'
import { fromTypeOrm } from '../../src/models/typeorm/index.js'
import { describeModels, type Opened } from './expectations.js'
import { type InvoiceDatabase, mariadbWithInvoices, postgresqlWithInvoices } from './sql.js'

class Invoice {
  id!: number
  slug!: string
  number!: string
  code!: string
  tenant!: number
  pdf!: string | null
  scan!: Buffer | null
  title!: string | null
  mimeType!: string | null
  size!: number | null
  changed!: Date | null
}

describeModels('fromTypeOrm() on PostgreSQL', openOnPostgresql, { mimeType: 'mimeType' })

async function openOnPostgresql(): Promise<Opened> {
  const server = await postgresqlWithInvoices()
  const entity = entityOf({ code: { type: 'uuid' }, scan: { type: 'bytea' }, changed: { type: 'timestamptz' } })
  return opened(server, entity, new DataSource({ type: 'postgres', url: server.url, entities: [entity] }))
}

describeModels(
  'fromTypeOrm() on MariaDB',
  async () => {
    const server = await mariadbWithInvoices()
    const entity = entityOf({
      code: { type: 'char', length: 36 },
      scan: { type: 'longblob' },
      changed: { type: 'datetime' },
    })
    const source = new DataSource({ type: 'mariadb', url: server.url, timezone: 'Z', entities: [entity] })
    return opened(server, entity, source)
  },
  { mimeType: 'mimeType' },
)

function entityOf(own: Record<'code' | 'scan' | 'changed', EntitySchemaColumnOptions>): EntitySchema<Invoice> {
  return new EntitySchema<Invoice>({
    name: 'Invoice',
    target: Invoice,
    tableName: 'invoices',
    columns: {
      id: { type: Number, primary: true },
      slug: { type: 'varchar' },
      number: { type: 'bigint' },
      tenant: { type: Number },
      pdf: { type: String, nullable: true },
      title: { type: 'text', nullable: true },
      mimeType: { type: 'text', name: 'mime_type', nullable: true },
      size: { type: Number, nullable: true },
      ...own,
    },
  })
}

async function opened(server: InvoiceDatabase, entity: EntitySchema<Invoice>, source: DataSource): Promise<Opened> {
  const repository = source.getRepository(entity)
  // A model may be made before the data source knows its entities.
  const all = fromTypeOrm(repository)
  await source.initialize()
  return {
    models: {
      all,
      selected: fromTypeOrm(repository, { select: ['pdf'] }),
      ofOne: fromTypeOrm(repository, { where: { tenant: 1 } }),
      ofTwo: fromTypeOrm(repository, { where: { tenant: In([1, 2]) } }),
    },
    setTitle: server.setTitle,
    async close() {
      await source.destroy()
      await server.stop()
    },
  }
}

test('fromTypeOrm() tells of a condition on what is looked for', async () => {
  const { setTitle, models, close } = await openOnPostgresql()
  try {
    await setTitle(1, 'March')
    const ofOne = models.ofOne
    await assert.rejects(async () => ofOne.find({ id: '1', tenant: '1' }), ConfigurationError)
    assert.ok(await ofOne.find({ id: '1', title: 'March' }), 'other properties may be looked for')
  } finally {
    await close()
  }
})
