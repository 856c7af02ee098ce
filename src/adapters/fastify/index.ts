export { type FastifyHandlerOptions, toFastifyHandler } from './handler.js'
export { type DownloadsOptions, downloads, type ReplyFileOptions } from './plugin.js'
