import { fromTypeOrm } from 'downloadview/typeorm'
import { In } from 'typeorm'
import { dataSource, Invoice } from './setup/typeorm.js'

export const invoices = fromTypeOrm(dataSource.getRepository(Invoice), {
  select: ['pdf', 'title'],
  where: { tenant: In([1, 2]) },
})
