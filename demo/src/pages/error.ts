import { STATUS_CODES } from 'node:http'
import { DownloadError, FileNotFoundError, UpstreamError } from 'downloadview'
import type { ErrorRequestHandler, Express, Response } from 'express'
import { viewerOf } from '../session/router.js'
import { html } from './html.js'
import { sendPage } from './layout.js'

/** Answers with a page what failed, and what nobody else answers. Comes last. */
export function answerErrors(app: Express): void {
  app.use((_request, _response, next) => next(new FileNotFoundError('There is no such page.')))
  app.use(errorPage)
}

// #region error-page
const errorPage: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  // A part of the file is sent already: Express breaks off, so that nobody takes it for the whole.
  if (response.headersSent) return next(error)

  const { status, message, retryAfter } = error instanceof DownloadError ? error : ofExpress(error)
  if (retryAfter !== undefined) response.set('Retry-After', String(retryAfter))
  response.status(status)
  if (status < 500) return sendErrorPage(response, message)

  // What broke is for the log, and not for the visitor.
  console.error(error)
  sendErrorPage(response, error instanceof UpstreamError ? upstreamFault(error) : 'Something broke on our side.')
}

function upstreamFault({ code }: UpstreamError): string {
  if (code === 'ADDRESS_REFUSED') return 'This address is none of the public internet, so it was not asked.'
  return 'The other server, which keeps this file, did not give it.'
}
// #endregion

/** Express has refusals of its own, such as 400 for an address like `/%zz`. */
function ofExpress(error: unknown): Pick<DownloadError, 'status' | 'message' | 'retryAfter'> {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500
  const isRefusal = status >= 400 && status < 500
  return { status: isRefusal ? status : 500, message: 'The request cannot be understood.', retryAfter: undefined }
}

function sendErrorPage(response: Response, message: string): void {
  const title = `${response.statusCode} ${STATUS_CODES[response.statusCode] ?? ''}`
  const signIn = viewerOf(response) === undefined && html` or <a href="/session/">sign in</a>`
  sendPage(response, {
    title,
    main: html`<div class="narrow error">
      <h1>${title}</h1>
      <p class="lead">${message}</p>
      <p><a href="/library/">Library</a>${signIn}</p>
    </div>`,
  })
}
