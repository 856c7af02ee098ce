import type { FastifyPluginCallback, FastifyReply } from 'fastify'
import type { DownloadFile } from '../../files/file.js'
import { LocalFile, type LocalFileOptions } from '../../files/local.js'
import type { DownloadHandler } from '../../handler.js'
import { DownloadResponse, type DownloadResponseOptions } from '../../responses/download.js'
import { withMiddleware } from '../options.js'
import { type FastifyHandlerOptions, serveFastify } from './handler.js'

/** Options of the plugin {@link downloads}. */
export interface DownloadsOptions extends FastifyHandlerOptions {
  /** Absolute path of the folder that relative paths are below. Default: each call has to give its own. */
  root?: string | undefined
}

/** What can be said of a file of the disk: where it may lie, and how it is offered. */
export interface ReplyFileOptions extends LocalFileOptions, DownloadResponseOptions {}

declare module 'fastify' {
  interface FastifyReply {
    /** Lets the client save a file: a path, a file of any kind, or what a view finds. */
    download(path: string, options?: ReplyFileOptions): Promise<FastifyReply>
    download(file: DownloadFile, options?: DownloadResponseOptions): Promise<FastifyReply>
    download(view: DownloadHandler): Promise<FastifyReply>
    /** Shows a file of the disk to the client. */
    sendfile(path: string, options?: ReplyFileOptions): Promise<FastifyReply>
  }
}

/**
 * Gives every reply `download()` and `sendfile()`, for handlers that find their file themselves.
 *
 * They answer at once and are to be returned, or awaited. A path is the application's own word if it is absolute; a
 * relative one is below `root`, whatever links lie there.
 */
export const downloads: FastifyPluginCallback<DownloadsOptions> = (fastify, { root, ...options }, done) => {
  // Fastify gives the plugin what it was told itself, too, such as a prefix.
  const { middleware, onDownload, limits } = options
  async function answer(reply: FastifyReply, handler: DownloadHandler): Promise<FastifyReply> {
    await serveFastify(withMiddleware(handler, { middleware, onDownload, limits }), reply.request, reply, options)
    return reply
  }
  const localFile = (path: string, { root: own = root, dotfiles, ...described }: ReplyFileOptions) =>
    new DownloadResponse(LocalFile.at(path, { root: own, dotfiles }), described)

  function download(this: FastifyReply, what: Downloadable, given: object = {}) {
    if (typeof what === 'function') return answer(this, what)
    if (typeof what === 'object') return answer(this, () => new DownloadResponse(what, given))
    return answer(this, () => localFile(what, given))
  }
  function sendfile(this: FastifyReply, path: string, given: ReplyFileOptions = {}) {
    return answer(this, () => localFile(path, { attachment: false, ...given }))
  }
  // The declaration above has their types; that of another plugin, such as @fastify/static, may stand beside it.
  fastify.decorateReply('download', download as never).decorateReply('sendfile', sendfile as never)
  done()
}

type Downloadable = string | DownloadFile | DownloadHandler

// Without this the decorations would only be there inside of the plugin itself, see fastify-plugin.
Object.assign(downloads, { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: 'downloadview' })
