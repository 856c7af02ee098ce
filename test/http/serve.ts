import type { RequestListener } from 'node:http'
import { after } from 'node:test'
import { type NodeHandlerOptions, toNodeHandler } from '../../src/adapters/node/index.js'
import { type VirtualContent, VirtualFile, type VirtualFileOptions } from '../../src/files/virtual.js'
import type { DownloadHandler } from '../../src/handler.js'
import { VirtualDownloadView } from '../../src/views/virtual.js'
import { listen } from '../adapters/servers.js'
import { RawConnection } from './raw.js'
import { transports } from './transports.js'

/** A view on a server of `node:http` or `node:https`. */
export interface Served {
  readonly origin: string
  /** What the application was told of faults. */
  readonly faults: unknown[]
  connect(): Promise<RawConnection>
}

/** Serves a view until the test that calls this has ended, or the tests of the file. */
export async function serve(
  view: DownloadHandler,
  options: NodeHandlerOptions<string> = {},
  transport: keyof typeof transports = 'tcp',
): Promise<Served> {
  const faults: unknown[] = []
  const handler = toNodeHandler(view, { onError: (error) => void faults.push(error), ...options })
  const server = await transports[transport](handler)
  after(() => server.close())
  return { origin: server.origin, faults, connect: () => RawConnection.open(server.origin) }
}

/** Serves what is no view, or not only one, until the test that calls this has ended. */
export async function serveListener(listener: RequestListener): Promise<string> {
  const server = await listen(listener)
  after(() => server.close())
  return server.origin
}

/** A view of content that is made for each request; the query picks it. */
export function made(
  contents: Readonly<Record<string, () => [content: VirtualContent, options?: VirtualFileOptions]>>,
): DownloadHandler {
  return class extends VirtualDownloadView {
    override getFile(): VirtualFile {
      const make = contents[this.request.url.slice(1)]
      if (make === undefined) throw new Error(`No content for ${this.request.url}`)
      return new VirtualFile(...make())
    }
  }.asView()
}
