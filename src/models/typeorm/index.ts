export { fromTypeOrm, type TypeOrmModelOptions } from './model.js'
