import { fromKysely } from 'downloadview/kysely'
import { db } from './setup/kysely.js'

export const invoices = fromKysely(db, 'invoices', {
  select: ['pdf', 'title'],
  where: (eb) => eb('tenant', 'in', [1, 2]),
})
