import { fromPrisma } from 'downloadview/prisma'
import { prisma } from './setup/prisma.js'

export const invoices = fromPrisma(prisma.invoice, {
  select: ['pdf', 'title'],
  where: { OR: [{ tenant: 1 }, { tenant: 2 }] },
})
