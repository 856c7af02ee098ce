export { type HonoHandlerOptions, toHonoHandler } from './handler.js'
