export { fromSequelize, type SequelizeModelOptions } from './model.js'
