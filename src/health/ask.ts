import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { ConfigurationError } from '../errors.js'

/** What came of a request: the reply as it was sent, or why there is none. */
export type Answer = Answered | Unanswered

export interface Answered {
  readonly url: string
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Unanswered {
  readonly url: string
  readonly failure: Failure
  /** In the words of the system. */
  readonly reason: string
}

/** Nobody listens there, the name or the network leads nowhere, TLS failed, time ran out, the connection broke. */
export type Failure = 'refused' | 'unreachable' | 'tls' | 'timeout' | 'broken'

/** Where and how to ask. */
export interface Question {
  /** What the path is below. */
  readonly base: URL
  /** Sent as it is: a client that tidies up would hide what it is sent to find. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Milliseconds for all of it. */
  readonly timeout: number
}

/** Sends one GET on a connection of its own. Redirects are answers like others; a body is read up to a limit. */
export async function ask({ base, path, headers, timeout }: Question): Promise<Answer> {
  const url = base.origin + pathBelow(base, path)
  const signal = AbortSignal.timeout(timeout)
  try {
    const response = await send(base, pathBelow(base, path), headers, signal)
    const body = await readBody(response)
    return { url, status: response.statusCode ?? 0, headers: response.headers, body }
  } catch (error) {
    const failure = signal.aborted ? 'timeout' : failureOf(error)
    return { url, failure, reason: failure === 'timeout' ? `no answer in ${timeout} ms` : reasonOf(error) }
  }
}

/** Checks the address of a server. @throws ConfigurationError naming the option. */
export function toBaseUrl(address: string | URL, option: string): URL {
  const url = URL.canParse(String(address)) ? new URL(address) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '') return url
  throw new ConfigurationError(
    `${option} must be the address of a server, such as "https://www.example.com", got ${JSON.stringify(String(address))}.`,
  )
}

/** Bytes. Enough for any canary, and for the begin of whatever comes in its place. */
const MAX_BODY = 64 * 1024

function pathBelow(base: URL, path: string): string {
  // What is not ASCII cannot stand in a request line; all else stays as it is.
  return base.pathname.replace(/\/+$/, '') + path.replace(/[^!-~]+/gu, encodeURIComponent)
}

async function send(
  base: URL,
  path: string,
  headers: Question['headers'],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = (base.protocol === 'https:' ? requestHttps : requestHttp)(base, {
    path,
    headers: { 'User-Agent': 'downloadview-doctor', 'Accept-Encoding': 'identity', ...headers },
    // No connection is kept: each answer is that of a fresh one.
    agent: false,
    signal,
  })
  // Without a listener, an error after the reply began would end the process; reading the body meets it as well.
  request.on('error', ignore).end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return response
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > MAX_BODY) break
  }
  return Buffer.concat(chunks)
}

function failureOf(error: unknown): Failure {
  const code = codeOf(error)
  if (code === 'ECONNREFUSED') return 'refused'
  if (/^(ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/.test(code)) return 'unreachable'
  if (code === 'ETIMEDOUT') return 'timeout'
  return TLS_ERROR.test(code) ? 'tls' : 'broken'
}

const TLS_ERROR = /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH)/

/** Where a name has several addresses, and none answers, there is one error for each. */
function codeOf(error: unknown): string {
  const { code, errors } = error as { code?: string; errors?: { code?: string }[] }
  return code ?? errors?.find((each) => each.code !== undefined)?.code ?? ''
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message || codeOf(error) || 'unknown error'
}

function ignore(): void {}
