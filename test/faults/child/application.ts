import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toNodeHandler } from '../../../src/adapters/node/index.js'
import { DownloadError } from '../../../src/errors.js'
import { HttpClient } from '../../../src/files/http/client.js'
import { UrlSigner } from '../../../src/signing/url-signer.js'
import { FileSystemStorage } from '../../../src/storages/file-system.js'
import { HttpDownloadView } from '../../../src/views/http.js'
import { PathDownloadView } from '../../../src/views/path.js'
import { StorageDownloadView } from '../../../src/views/storage.js'

// An application to be run under limits and with faults of the system. Its arguments are the folder of its files, and the
// address of a file elsewhere. It prints its own address, and then one line of JSON for each fault.

const [, , root = '', elsewhere = 'http://127.0.0.1:1/'] = process.argv
const storage = new FileSystemStorage({ root })
const signer = new UrlSigner({ secrets: ['a secret that is long enough for a test'] })
const client = new HttpClient({ allowedHosts: ['127.0.0.1'] })
const taken: number[] = []

const onError = (error: unknown) => console.log(JSON.stringify(told(error)))
const files = toNodeHandler(PathDownloadView.asView({ root }), { route: '/files/*path', onError })
const stored = toNodeHandler(StorageDownloadView.asView({ storage }), { route: '/stored/*path', onError })
const remote = toNodeHandler(HttpDownloadView.asView({ url: elsewhere, client }), { onError })

const server = createServer((req, res) => {
  const path = req.url ?? ''
  if (path.startsWith('/files/')) files(req, res)
  else if (path.startsWith('/stored/')) stored(req, res)
  else if (path === '/remote') remote(req, res)
  else void control(req, res, path)
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))

// Nobody else would end it when the test was killed.
process.stdin.resume().on('end', () => process.exit())

async function control(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
  try {
    res.setHeader('Content-Type', 'application/json')
    res.end(JSON.stringify((await COMMANDS[path]?.(req)) ?? null))
  } catch (error) {
    res.statusCode = error instanceof DownloadError ? error.status : 500
    res.end(JSON.stringify(told(error)))
  }
}

const COMMANDS: Readonly<Record<string, (req: IncomingMessage) => unknown>> = {
  '/save': save,
  '/take': takeAll,
  '/give-back': () => {
    for (const descriptor of taken.splice(0)) closeSync(descriptor)
  },
  '/names': () => readdirSync(root),
  '/open': () => openBelow(root),
  '/all-open': () => readdirSync('/proc/self/fd').length,
  '/sign': () => signer.sign('/signed', { expiresIn: 60 }),
  '/verify': (req) => signer.verify(String(req.headers['x-link'])),
}

/**
 * A save that fails lets go of its content: a request would end with its connection, and nobody could be answered. Nor
 * could one that goes on sending.
 */
async function save(req: IncomingMessage): Promise<void> {
  try {
    await storage.save('saved.bin', req.iterator({ destroyOnReturn: false }))
  } finally {
    req.resume()
  }
}

/** Takes every descriptor that is left. */
function takeAll(): void {
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'))
  } catch {}
}

/** The files of the application that it has open. */
function openBelow(folder: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`)
      return path.startsWith(folder) ? [path] : []
    } catch {
      return []
    }
  })
}

function told(error: unknown): unknown {
  const { code, status, retryAfter, message, cause } = error as DownloadError
  const { code: reason } = (cause ?? {}) as { code?: string }
  return { code, status, retryAfter, message, reason }
}
