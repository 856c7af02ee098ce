import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { ObjectId } from 'bson'
import type { ObjectModel } from 'downloadview'
import { toFetchHandler } from 'downloadview/fetch'
import pg from 'pg'
import type { DatabaseServer } from '../support/servers/database-server.js'
import { MongodbServer } from '../support/servers/mongodb.js'
import { startPostgresql } from '../support/servers/postgresql.js'

const DOCUMENT = new ObjectId('65f0c0ffee65f0c0ffee65f0')

describe('the page on databases', () => {
  let postgresql: DatabaseServer
  let mongodb: MongodbServer
  const closers: (() => Promise<unknown>)[] = []

  before(async () => {
    postgresql = await startPostgresql()
    const client = new pg.Client({ connectionString: postgresql.url })
    await client.connect()
    await client.query('CREATE TABLE invoices (id integer PRIMARY KEY, tenant integer NOT NULL, title text, pdf text)')
    await client.query("INSERT INTO invoices VALUES (1, 1, 'March', 'march.pdf'), (3, 3, 'April', 'april.pdf')")
    await client.end()
    mongodb = await MongodbServer.start()
    mongodb.collections.set('invoices', [{ _id: DOCUMENT, tenant: 1, title: 'March', pdf: 'march.pdf' }])
    // The set-ups of the examples read them.
    process.env['DATABASE_URL'] = postgresql.url
    process.env['MONGODB_URL'] = mongodb.url
    const { files } = await import('./databases/setup/files.js')
    await files.save('march.pdf', '%PDF-3')
    await files.save('april.pdf', '%PDF-4')
  })

  after(async () => {
    for (const close of closers) await close()
    await mongodb?.stop()
    await postgresql?.stop()
  })

  /** Loads an example with its set-up, which is closed after the tests. */
  const examples: Readonly<Record<string, () => Promise<{ invoices: ObjectModel<object> }>>> = {
    async prisma() {
      const { prisma } = await import('./databases/setup/prisma.js')
      closers.push(() => prisma.$disconnect())
      return import('./databases/prisma.js')
    },
    drizzle: () => import('./databases/drizzle.js'),
    async typeorm() {
      const { dataSource } = await import('./databases/setup/typeorm.js')
      closers.push(() => dataSource.destroy())
      return import('./databases/typeorm.js')
    },
    async sequelize() {
      const { sequelize } = await import('./databases/setup/sequelize.js')
      closers.push(() => sequelize.close())
      return import('./databases/sequelize.js')
    },
    async mongoose() {
      const { connection } = await import('./databases/setup/mongoose.js')
      closers.push(() => connection.close())
      return import('./databases/mongoose.js')
    },
    async 'mikro-orm'() {
      const { orm } = await import('./databases/setup/mikro-orm.js')
      closers.push(() => orm.close())
      return import('./databases/mikro-orm.js')
    },
    async kysely() {
      const { db } = await import('./databases/setup/kysely.js')
      closers.push(() => db.destroy())
      return import('./databases/kysely.js')
    },
    async knex() {
      const { knex } = await import('./databases/setup/knex.js')
      closers.push(() => knex.destroy())
      return import('./databases/knex.js')
    },
  }

  for (const [name, load] of Object.entries(examples)) {
    test(`has an example for ${name} that finds the invoices of its tenants`, async () => {
      const { invoices } = await load()
      const id = name === 'mongoose' ? DOCUMENT.toHexString() : '1'
      const found = (await invoices.find({ id })) as Record<string, unknown> | undefined
      assert.deepEqual([found?.['title'], found?.['pdf']], ['March', 'march.pdf'])
      for (const other of ['3', '12abc', '']) assert.equal(await invoices.find({ id: other }), undefined)
    })
  }

  test('has an application that serves an invoice under its number', async () => {
    const { app } = await import('./databases/application.js')
    const { pool } = await import('./databases/setup/drizzle.js')
    closers.push(() => pool.end())
    // Express then writes no error to the console.
    app.set('env', 'test')
    const server = app.listen(0, '127.0.0.1')
    try {
      await once(server, 'listening')
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      assert.equal(await (await fetch(`${origin}/invoices/1`)).text(), '%PDF-3')
      for (const other of ['2', '1abc', '99999999999']) {
        assert.equal((await fetch(`${origin}/invoices/${other}`)).status, 404)
      }
    } finally {
      server.close()
    }
  })

  test('has a view that shows an invoice to its own tenant only', async () => {
    const { InvoiceView } = await import('./databases/tenants.js')
    const handler = toFetchHandler(InvoiceView.asView(), { route: '/invoices/:id' })
    const request = () => new Request('http://localhost/invoices/1')
    assert.equal(await (await handler(request(), { context: { tenant: 1 } })).text(), '%PDF-3')
    assert.equal((await handler(request(), { context: { tenant: 3 } })).status, 404)
  })

  test('has a view that offers an invoice under its title', async () => {
    const { InvoiceView } = await import('./databases/selected-view.js')
    const response = await toFetchHandler(InvoiceView.asView())(new Request('http://localhost/'), {
      params: { id: '1' },
    })
    assert.equal(response.headers.get('content-disposition'), 'attachment; filename="March"')
    assert.equal(await response.text(), '%PDF-3')
  })

  test('saves what is uploaded, and replaces it', async () => {
    const { addInvoice, replacePdf } = await import('./databases/file-field.js')
    const { db, invoices } = await import('./databases/setup/drizzle.js')
    const { files } = await import('./databases/setup/files.js')
    const rowOf = async (id: number) => (await db.select().from(invoices)).find((row) => row.id === id)
    await addInvoice(5, 1, upload('first'))
    const first = await rowOf(5)
    assert.equal(first?.pdf, 'invoices/may.pdf')
    await replacePdf(first as NonNullable<typeof first>, upload('second'))
    const second = await rowOf(5)
    assert.match(second?.pdf as string, /^invoices\/may_\w+\.pdf$/)
    assert.equal(await files.exists('invoices/may.pdf'), false)
  })
})

function upload(text: string): File {
  return new File([text], 'may.pdf')
}
