import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { PrismaPg } from '@prisma/adapter-pg'
import { fromPrisma } from '../../src/models/prisma/index.js'
import { describeModels } from './expectations.js'
import { PrismaClient } from './prisma/client/client.js'
import { postgresqlWithInvoices } from './sql.js'

describeModels(
  'fromPrisma() on PostgreSQL',
  async () => {
    const server = await postgresqlWithInvoices()
    const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: server.url }) })
    return {
      models: {
        all: fromPrisma(prisma.invoice),
        selected: fromPrisma(prisma.invoice, { select: ['pdf'] }),
        ofOne: fromPrisma(prisma.invoice, { where: { tenant: 1 } }),
        ofTwo: fromPrisma(prisma.invoice, { where: { OR: [{ tenant: 1 }, { tenant: 2 }] } }),
      },
      setTitle: server.setTitle,
      async close() {
        await prisma.$disconnect()
        await server.stop()
      },
    }
  },
  { mimeType: 'mimeType' },
)

test('the generated client of Prisma is that of the schema', () => {
  const read = (file: string) => readFileSync(new URL(`./prisma/${file}`, import.meta.url), 'utf8')
  assert.ok(
    read('client/internal/class.ts').includes(`"inlineSchema": ${JSON.stringify(read('schema.prisma'))}`),
    'generate it anew',
  )
})
