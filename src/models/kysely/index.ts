export { fromKysely, type KyselyModelOptions } from './model.js'
