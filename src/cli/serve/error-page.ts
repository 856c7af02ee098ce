import { type ServerResponse, STATUS_CODES } from 'node:http'
import { DownloadError } from '../../errors.js'
import { escapeHtml, PAGE_END, PAGE_POLICY, pageStart } from './page.js'

/** Answers with a page that says what went wrong, as far as a client may know. */
export function sendErrorPage(response: ServerResponse, error: unknown): void {
  const { status, headers } = error instanceof DownloadError ? error : { status: 500, headers: {} }
  const text = Buffer.from(
    `${pageStart(`${status} ${STATUS_CODES[status] ?? 'Error'}`)}<p>${escapeHtml(REASONS[status] ?? FAULT)}</p>\n${PAGE_END}`,
  )
  response.writeHead(status, {
    ...headers,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': text.length,
    'Content-Security-Policy': PAGE_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  })
  response.end(response.req.method === 'HEAD' ? undefined : text)
}

const REASONS: Readonly<Record<number, string>> = {
  403: 'This link is not valid, or no longer. Ask for a new one.',
  404: 'There is no such file or folder.',
  421: 'This server does not know itself by the name that it was asked under.',
  503: 'Too much is going on. Try again in a moment.',
}
const FAULT = 'The server failed. Whoever runs it can see why.'
