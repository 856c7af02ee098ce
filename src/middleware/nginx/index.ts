export { nginxConfig } from './config.js'
export { XAccelRedirectMiddleware, type XAccelRedirectOptions, xAccelRedirect } from './middleware.js'
export { type XAccelOptions, XAccelRedirectResponse } from './response.js'
