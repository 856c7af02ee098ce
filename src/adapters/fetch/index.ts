export type { AdapterOptions } from '../options.js'
export type { ParamsOfRoute } from '../route.js'
export { type FetchArguments, type FetchHandler, type FetchHandlerOptions, toFetchHandler } from './handler.js'
