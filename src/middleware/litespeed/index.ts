export { XLiteSpeedLocationMiddleware, type XLiteSpeedLocationOptions, xLiteSpeedLocation } from './middleware.js'
export { XLiteSpeedLocationResponse } from './response.js'
