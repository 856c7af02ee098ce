export { type H3Context, type H3HandlerOptions, type H3NodeEvent, type H3RequestEvent, toH3Handler } from './handler.js'
