import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isFault } from '../../adapters/answer.js'
import { toNodeHandler } from '../../adapters/node/handler.js'
import { ConfigurationError, DownloadError, FileNotFoundError } from '../../errors.js'
import type { DotfilePolicy } from '../../storages/disk/local-path.js'
import { FileSystemStorage } from '../../storages/file-system.js'
import { isLoopback, isOwnName, originsOf } from './addresses.js'
import { sendErrorPage } from './error-page.js'
import { FolderView } from './folder-view.js'
import { plainLinks, SignedLinks } from './links.js'
import type { Progress } from './progress.js'
import { onReplyEnd } from './reply-end.js'
import { Transfers } from './transfers.js'

/** What {@link startServer} needs to know. */
export interface ServeSettings {
  /** Absolute path of the folder. */
  readonly root: string
  readonly host: string
  readonly port: number
  readonly attachment: boolean
  /** Name of the file that is shown in place of the list of its folder. Left out, none is. */
  readonly index: string | undefined
  readonly dotfiles: DotfilePolicy
  /** Left out, everybody may ask. */
  readonly signing: { readonly secrets: readonly string[]; readonly expiresIn: number } | undefined
  readonly progress: Progress
}

/** A server that is running. */
export interface FolderServer {
  /** Addresses of the list to begin with. */
  readonly links: readonly string[]
  /** When those end, if ever. */
  readonly expires: Date | undefined
  /** Tells whether others than this computer can reach it. */
  readonly isOpen: boolean
  /** Takes no more requests, and waits for those that run, so many milliseconds. Tells whether all could end. */
  stop(grace: number): Promise<boolean>
}

/**
 * Serves a folder.
 *
 * @throws ConfigurationError when it cannot listen there.
 */
export async function startServer(settings: ServeSettings): Promise<FolderServer> {
  const { signing, host, progress } = settings
  const links = signing === undefined ? plainLinks : new SignedLinks(signing.secrets, signing.expiresIn)
  const transfers = new Transfers(progress)
  const { attachment, index, root, dotfiles } = settings
  const storage = new FileSystemStorage({ root, dotfiles })
  const view = FolderView.asView({ storage, attachment, index, links, transfers })
  const handler = links.guard(view)
  const list = toNodeHandler(handler, { route: '/', onError: report })
  const serve = toNodeHandler(handler, { route: '/*path', onError: report })
  const running = new Set<ServerResponse>()
  let isLocal = true
  const server = createServer((request, response) => {
    running.add(response)
    onReplyEnd(response, () => running.delete(response))
    transfers.expect(request, response)
    // Links are keys: no other server is to learn them.
    response.setHeader('Referrer-Policy', 'no-referrer')
    const fail = (error: unknown = new FileNotFoundError()): void => {
      if (isFault(error)) report(error, request)
      sendErrorPage(response, error)
    }
    if (isLocal && !isOwnName(request.headers.host, host)) fail(new DownloadError('Not our name.', { status: 421 }))
    else list(request, response, (error) => (error === undefined ? serve(request, response, fail) : fail(error)))
  })
  const address = await listen(server, settings)
  isLocal = isLoopback(address.address)
  const start = links.start()
  return {
    links: originsOf(address).map((origin) => origin + start),
    expires: expiryOf(start),
    isOpen: !isLocal,
    stop: (grace) => stop(server, running, grace),
  }

  function report(error: unknown, { method, url = '/' }: Pick<IncomingMessage, 'method' | 'url'>): void {
    progress.note(`${method} ${JSON.stringify(url.split('?', 1)[0])} failed: ${reasonOf(error)}`)
  }
}

async function listen(server: Server, { host, port }: ServeSettings): Promise<AddressInfo> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return server.address() as AddressInfo
  } catch (error) {
    const reason = MENDS[(error as NodeJS.ErrnoException).code ?? '']?.(host, port) ?? (error as Error).message
    throw new ConfigurationError(reason, { cause: error })
  }
}

const MENDS: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) => `Port ${port} of ${host} is taken. Use another one, or --port 0, which finds a free one.`,
  EACCES: (_host, port) => `Port ${port} needs more rights than you have. Use one from 1024 on, or --port 0.`,
  EADDRNOTAVAIL: (host) => `--host ${host} is no address of this computer. Use 127.0.0.1, or 0.0.0.0 for the network.`,
  ENOTFOUND: (host) => `--host ${host} is no known name. Use 127.0.0.1, or 0.0.0.0 for the network.`,
}

function expiryOf(link: string): Date | undefined {
  const seconds = new URLSearchParams(link.split('?')[1]).get('expires')
  return seconds === null ? undefined : new Date(Number(seconds) * 1000)
}

function stop(server: Server, running: ReadonlySet<ServerResponse>, grace: number): Promise<boolean> {
  return new Promise((resolve) => {
    let isWhole = true
    const timer = setTimeout(() => {
      isWhole = running.size === 0
      server.closeAllConnections()
    }, grace)
    server.close(() => {
      clearTimeout(timer)
      resolve(isWhole)
    })
    // A client keeps its connection after a reply, and one that has asked for nothing yet would keep us waiting.
    const closeIdle = () => (running.size === 0 ? server.closeAllConnections() : server.closeIdleConnections())
    for (const response of running) onReplyEnd(response, () => setImmediate(closeIdle))
    closeIdle()
  })
}

/** With what the system said: this goes to whoever runs the server. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
