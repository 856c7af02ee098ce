import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Binary, Long, ObjectId, UUID } from 'bson'
import { type Connection, createConnection, Schema } from 'mongoose'
import { fromMongoose } from '../../src/models/mongoose/index.js'
import { MongodbServer } from '../support/servers/mongodb.js'
import { describeModels } from './expectations.js'
import { ROWS, SCAN } from './rows.js'

const schema = new Schema({
  _id: { type: Number, required: true },
  slug: { type: String, required: true },
  number: { type: BigInt, required: true },
  code: { type: Schema.Types.UUID, required: true },
  tenant: { type: Number, required: true },
  pdf: String,
  scan: Buffer,
  title: String,
  mime_type: String,
  size: Number,
  changed: Date,
})

describeModels('fromMongoose()', async () => {
  const server = await MongodbServer.start()
  const documents = ROWS.map(({ id, number, code, scan, ...row }) => ({
    ...{ _id: id, ...row, number: Long.fromBigInt(number), code: new UUID(code), scan: scan && new Binary(scan) },
  }))
  server.collections.set('invoices', documents)
  const connection = await createConnection(server.url).asPromise()
  const Invoice = connection.model('Invoice', schema, 'invoices')
  return {
    models: {
      all: fromMongoose(Invoice),
      selected: fromMongoose(Invoice, { select: ['pdf'] }),
      ofOne: fromMongoose(Invoice, { where: { tenant: 1 } }),
      ofTwo: fromMongoose(Invoice, { where: { $or: [{ tenant: 1 }, { tenant: 2 }] } }),
    },
    async setTitle(id, title) {
      const found = documents.find((document) => document._id === id)
      Object.assign(found as object, { title })
    },
    close: () => closeBoth(connection, server),
  }
})

describe('fromMongoose() with an ObjectId', () => {
  const SCANS = new Schema({ slug: String, scan: Buffer, revision: Schema.Types.Int32 })
  const _id = new ObjectId('65f0c0ffee65f0c0ffee65f0')
  const letters = new ObjectId(Buffer.from('twelve chars'))
  let server: MongodbServer
  let connection: Connection

  before(async () => {
    server = await MongodbServer.start()
    server.collections.set('scans', [
      { _id, slug: 'one', scan: new Binary(SCAN), revision: 1 },
      { _id: letters, slug: 'two', scan: null, revision: 2 },
    ])
    connection = await createConnection(server.url).asPromise()
  })

  after(() => closeBoth(connection, server))

  const scans = () => fromMongoose(connection.models['Scan'] ?? connection.model('Scan', SCANS, 'scans'))

  test('finds a document by it, under both names of the key', async () => {
    for (const field of ['id', '_id']) {
      const found = (await scans().find({ [field]: _id.toHexString() })) as { slug: string; scan: Buffer } | undefined
      assert.equal(found?.slug, 'one')
      assert.ok(found?.scan instanceof Uint8Array, 'bytes, and no Binary of the driver')
      assert.deepEqual(Buffer.from(found.scan), SCAN)
    }
  })

  test('takes nothing else for one', async () => {
    const hex = _id.toHexString()
    for (const id of ['twelve chars', hex.toUpperCase(), hex.slice(1), `${hex}0`, `${hex} `, '', '1', '{"$gt":""}']) {
      assert.equal(await scans().find({ id }), undefined, id)
    }
    assert.ok(await scans().find({ id: letters.toHexString() }), 'it is there under its own key')
  })

  test('finds a document by an Int32', async () => {
    assert.ok(await scans().find({ revision: '2' }), 'there is a second')
    for (const revision of ['3', '2.0', '2147483648', '02']) assert.equal(await scans().find({ revision }), undefined)
  })
})

async function closeBoth(connection: Connection, server: MongodbServer): Promise<void> {
  await connection.close()
  await server.stop()
}
