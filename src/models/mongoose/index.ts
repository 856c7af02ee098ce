export { fromMongoose, type MongooseModelOptions } from './model.js'
