export { type KoaMiddlewareOptions, toKoaMiddleware } from './middleware.js'
