import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../../../models/prisma/client/client.js'

export const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: process.env['DATABASE_URL'] as string }),
})
