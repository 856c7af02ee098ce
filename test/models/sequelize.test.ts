import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  literal,
  Model,
  Sequelize,
} from 'sequelize'
import { fromSequelize } from '../../src/models/sequelize/index.js'
import { describeModels, type Opened } from './expectations.js'
import { type InvoiceDatabase, mariadbWithInvoices, postgresqlWithInvoices } from './sql.js'

class Invoice extends Model<InferAttributes<Invoice>, InferCreationAttributes<Invoice>> {
  declare id: CreationOptional<number>
  declare slug: string
  declare number: string
  declare code: string
  declare tenant: number
  declare pdf: string | null
  declare scan: Buffer | null
  declare title: string | null
  declare mimeType: string | null
  declare size: number | null
  declare changedAt: Date | null
}

for (const [name, start] of [
  ['PostgreSQL', postgresqlWithInvoices],
  ['MariaDB', mariadbWithInvoices],
] as const) {
  describeModels(
    `fromSequelize() on ${name}`,
    async () => {
      const server = await start()
      const sequelize = new Sequelize(server.url, {
        logging: false,
        dialectOptions: name === 'MariaDB' ? { supportBigNumbers: true } : {},
      })
      return opened(server, sequelize)
    },
    { mimeType: 'mimeType', changed: 'changedAt' },
  )
}

function opened(server: InvoiceDatabase, sequelize: Sequelize): Opened {
  const { INTEGER, STRING, BIGINT, UUID, BLOB, TEXT, DATE } = DataTypes
  Invoice.init(
    {
      id: { type: INTEGER, primaryKey: true },
      slug: STRING(100),
      number: BIGINT,
      code: UUID,
      tenant: INTEGER,
      pdf: STRING(200),
      scan: BLOB('long'),
      title: TEXT,
      mimeType: { type: TEXT, field: 'mime_type' },
      size: INTEGER,
      changedAt: { type: DATE(3), field: 'changed' },
    },
    { sequelize, tableName: 'invoices', timestamps: false },
  )
  return {
    models: {
      all: fromSequelize(Invoice),
      selected: fromSequelize(Invoice, { select: ['pdf'] }),
      ofOne: fromSequelize(Invoice, { where: { tenant: 1 } }),
      ofTwo: fromSequelize(Invoice, { where: literal('tenant = 1 or tenant = 2') }),
    },
    setTitle: server.setTitle,
    async close() {
      await sequelize.close()
      await server.stop()
    },
  }
}
