import { fromDrizzle } from 'downloadview/drizzle'
import { inArray } from 'drizzle-orm'
import { db, invoices as table } from './setup/drizzle.js'

export const invoices = fromDrizzle(db, table, {
  select: ['pdf', 'title'],
  where: inArray(table.tenant, [1, 2]),
})
