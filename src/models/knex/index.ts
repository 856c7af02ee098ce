export { fromKnex, type KnexModelOptions, type KnexRow } from './model.js'
