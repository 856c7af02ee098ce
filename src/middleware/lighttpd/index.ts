export { lighttpdConfig } from './config.js'
export { XSendfileMiddleware, type XSendfileOptions, xSendfile } from './middleware.js'
export { XSendfileResponse } from './response.js'
