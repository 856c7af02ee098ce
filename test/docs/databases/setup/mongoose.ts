import { createConnection, Schema } from 'mongoose'

export const connection = createConnection(process.env['MONGODB_URL'] as string)

export const Invoice = connection.model(
  'Invoice',
  new Schema({ tenant: Number, title: String, pdf: String }),
  'invoices',
)
