import { fromSequelize } from 'downloadview/sequelize'
import { Invoice } from './setup/sequelize.js'

export const invoices = fromSequelize(Invoice, {
  select: ['pdf', 'title'],
  where: { tenant: [1, 2] },
})
