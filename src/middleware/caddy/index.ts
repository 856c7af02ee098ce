export { caddyConfig } from './config.js'
export { XAccelRedirectMiddleware, type XAccelRedirectOptions, xAccelRedirect } from './middleware.js'
export { XAccelRedirectResponse } from './response.js'
