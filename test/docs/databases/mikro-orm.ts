import { fromMikroOrm } from 'downloadview/mikro-orm'
import { Invoice, orm } from './setup/mikro-orm.js'

export const invoices = fromMikroOrm(orm.em, Invoice, {
  select: ['pdf', 'title'],
  where: { tenant: [1, 2] },
})
