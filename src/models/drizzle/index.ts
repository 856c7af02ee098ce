export { type DrizzleDatabase, type DrizzleModelOptions, type DrizzleRow, fromDrizzle } from './model.js'
