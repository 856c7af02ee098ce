export type { AdapterOptions } from '../options.js'
export { type ExpressHandlerOptions, toExpressHandler } from './handler.js'
