import { fromMongoose } from 'downloadview/mongoose'
import { Invoice } from './setup/mongoose.js'

export const invoices = fromMongoose(Invoice, {
  select: ['pdf', 'title'],
  where: { tenant: { $in: [1, 2] } },
})
