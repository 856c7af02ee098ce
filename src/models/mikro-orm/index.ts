export { fromMikroOrm, type MikroOrmModelOptions } from './model.js'
