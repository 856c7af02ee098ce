import type { MikroORM } from '@mikro-orm/core'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import { customType, integer, pgTable, text } from 'drizzle-orm/pg-core'
import type { Knex } from 'knex'
import type { Generated, Kysely } from 'kysely'
import { model, Schema } from 'mongoose'
import { type InferAttributes, type InferCreationAttributes, Model } from 'sequelize'
import type { Repository } from 'typeorm'
import { fromDrizzle } from '../../src/models/drizzle/index.js'
import { fromKnex } from '../../src/models/knex/index.js'
import { fromKysely } from '../../src/models/kysely/index.js'
import { fromMikroOrm } from '../../src/models/mikro-orm/index.js'
import { fromMongoose } from '../../src/models/mongoose/index.js'
import { fromPrisma } from '../../src/models/prisma/index.js'
import { fromSequelize } from '../../src/models/sequelize/index.js'
import { fromTypeOrm } from '../../src/models/typeorm/index.js'
import { ObjectDownloadView, type ObjectModel } from '../../src/views/object.js'
import type { PrismaClient, Invoice as PrismaInvoice } from '../models/prisma/client/client.js'

/** A view of what a model finds, so that its options show which fields there are. */
function viewOf<T extends object>(found: ObjectModel<T>) {
  return class extends ObjectDownloadView<T> {
    override model = found
  }
}

declare const prisma: PrismaClient
const prismaInvoices: ObjectModel<PrismaInvoice> = fromPrisma(prisma.invoice)
viewOf(prismaInvoices).asView({ fileField: 'pdf' })
viewOf(fromPrisma(prisma.invoice)).asView({ fileField: 'scan', mimeTypeField: 'mimeType' })
// @ts-expect-error an invoice has no such field
viewOf(fromPrisma(prisma.invoice)).asView({ fileField: 'pfd' })
viewOf(fromPrisma(prisma.invoice, { select: ['pdf'] })).asView({ fileField: 'pdf' })
// @ts-expect-error it was not selected
viewOf(fromPrisma(prisma.invoice, { select: ['pdf'] })).asView({ fileField: 'scan' })
// @ts-expect-error nor can it be
fromPrisma(prisma.invoice, { select: ['pfd'] })
// @ts-expect-error a condition is in the words of Prisma
fromPrisma(prisma.invoice, { where: { tenant: { $gt: 1 } } })
// @ts-expect-error a client has models, and is none
fromPrisma(prisma)

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const invoices = pgTable('invoices', { id: integer().primaryKey(), pdf: text(), scan: bytea(), title: text() })
declare const drizzle: NodePgDatabase
const drizzleInvoices: ObjectModel<typeof invoices.$inferSelect> = fromDrizzle(drizzle, invoices)
viewOf(drizzleInvoices).asView({ fileField: 'scan' })
// @ts-expect-error the table has no such column
viewOf(fromDrizzle(drizzle, invoices)).asView({ fileField: 'pfd' })
// @ts-expect-error it was not selected
viewOf(fromDrizzle(drizzle, invoices, { select: ['pdf'] })).asView({ fileField: 'scan' })
// @ts-expect-error a condition is made by Drizzle
fromDrizzle(drizzle, invoices, { where: 'tenant = 1' })
// @ts-expect-error a table is no database
fromDrizzle(invoices, invoices)

class Entity {
  id!: number
  pdf!: string | null
  scan!: Buffer | null
  #secret = 1

  isSecret(): boolean {
    return this.#secret === 1
  }
}

declare const repository: Repository<Entity>
const typeOrmInvoices: ObjectModel<Entity> = fromTypeOrm(repository)
viewOf(typeOrmInvoices).asView({ fileField: 'pdf' })
// @ts-expect-error the entity has no such property
viewOf(fromTypeOrm(repository)).asView({ fileField: 'pfd' })
// @ts-expect-error it was not selected
viewOf(fromTypeOrm(repository, { select: ['pdf'] })).asView({ fileField: 'scan' })
// @ts-expect-error a condition is on properties
fromTypeOrm(repository, { where: { nothing: 1 } })

class SequelizeInvoice extends Model<InferAttributes<SequelizeInvoice>, InferCreationAttributes<SequelizeInvoice>> {
  declare id: number
  declare pdf: string | null
  declare scan: Buffer | null
}

const sequelizeInvoices: ObjectModel<SequelizeInvoice> = fromSequelize(SequelizeInvoice)
viewOf(sequelizeInvoices).asView({ fileField: 'pdf' })
// @ts-expect-error the model has no such attribute
viewOf(fromSequelize(SequelizeInvoice)).asView({ fileField: 'pfd' })
// @ts-expect-error it was not selected
viewOf(fromSequelize(SequelizeInvoice, { select: ['pdf'] })).asView({ fileField: 'scan' })
// @ts-expect-error a condition is on attributes
fromSequelize(SequelizeInvoice, { where: { nothing: 1 } })

const MongooseInvoice = model('Invoice', new Schema({ pdf: String, scan: Buffer, tenant: Number }))
viewOf(fromMongoose(MongooseInvoice)).asView({ fileField: 'pdf' })
viewOf(fromMongoose(MongooseInvoice)).asView({ fileField: 'scan' })
// @ts-expect-error the schema has no such path
viewOf(fromMongoose(MongooseInvoice)).asView({ fileField: 'pfd' })
// @ts-expect-error it was not selected
viewOf(fromMongoose(MongooseInvoice, { select: ['pdf'] })).asView({ fileField: 'scan' })
// @ts-expect-error a condition is on paths, with their types
fromMongoose(MongooseInvoice, { where: { tenant: new Date() } })

declare const orm: MikroORM
const mikroOrmInvoices: ObjectModel<Entity> = fromMikroOrm(orm.em, Entity)
viewOf(mikroOrmInvoices).asView({ fileField: 'pdf' })
viewOf(fromMikroOrm(() => orm.em.fork(), Entity)).asView({ fileField: 'scan' })
// @ts-expect-error the entity has no such property
viewOf(fromMikroOrm(orm.em, Entity)).asView({ fileField: 'pfd' })
// @ts-expect-error it was not selected
viewOf(fromMikroOrm(orm.em, Entity, { select: ['pdf'] })).asView({ fileField: 'scan' })
// @ts-expect-error a condition is on properties
fromMikroOrm(orm.em, Entity, { where: { nothing: 1 } })

interface Tables {
  invoices: { id: Generated<number>; pdf: string | null; scan: Buffer | null }
}
declare const kysely: Kysely<Tables>
viewOf(fromKysely(kysely, 'invoices')).asView({ fileField: 'pdf' })
// @ts-expect-error the table has no such column
viewOf(fromKysely(kysely, 'invoices')).asView({ fileField: 'pfd' })
// @ts-expect-error it was not selected
viewOf(fromKysely(kysely, 'invoices', { select: ['pdf'] })).asView({ fileField: 'scan' })
// @ts-expect-error the database has no such table
fromKysely(kysely, 'invoice')
// @ts-expect-error a condition is on columns
fromKysely(kysely, 'invoices', { where: (eb) => eb('nothing', '=', 1) })
// @ts-expect-error types are those of columns
fromKysely(kysely, 'invoices', { types: { nothing: 'integer' } })

declare const knex: Knex
const knexInvoices: ObjectModel<Entity> = fromKnex(knex<Entity>('invoices'))
viewOf(knexInvoices).asView({ fileField: 'pdf' })
// @ts-expect-error the row has no such field
viewOf(fromKnex(knex<Entity>('invoices'))).asView({ fileField: 'pfd' })
viewOf(fromKnex(knex<Entity>('invoices').select('id', 'pdf'))).asView({ fileField: 'pdf' })
// @ts-expect-error it was not selected
viewOf(fromKnex(knex<Entity>('invoices').select('id', 'pdf'))).asView({ fileField: 'scan' })
// @ts-expect-error one row is no query of rows
fromKnex(knex<Entity>('invoices').first()).find({ id: '1' }) satisfies Promise<Entity>

/** The type of a view is that of the row, however it was found. */
class MongooseView extends ObjectDownloadView<InstanceType<typeof MongooseInvoice>> {
  override model = fromMongoose(MongooseInvoice)
  override fileField = 'pdf' as const
}

class SelectedView extends ObjectDownloadView<{ pdf: string | null; title: string | null }> {
  override model = fromPrisma(prisma.invoice, { select: ['pdf', 'title'] })
  override fileField = 'pdf' as const
}

class NotSelectedView extends ObjectDownloadView<PrismaInvoice> {
  // @ts-expect-error most of an invoice is not loaded
  override model = fromPrisma(prisma.invoice, { select: ['pdf', 'title'] })
}

export { MongooseView, NotSelectedView, SelectedView }
