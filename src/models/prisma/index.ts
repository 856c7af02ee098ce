export { fromPrisma, type PrismaModel, type PrismaModelOptions, type PrismaRow, type PrismaWhere } from './model.js'
