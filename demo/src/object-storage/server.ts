import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  DownloadError,
  FileExistsError,
  FileNotFoundError,
  FileSystemStorage,
  type Storage,
  StorageDownloadView,
} from 'downloadview'
import { toNodeHandler } from 'downloadview/node'
import { addressOf, listen, stop } from '../server.js'
import { type Access, faultOf } from './signature.js'

/** A server of objects: where it is, and who may ask it. */
export interface ObjectServer extends Access {
  readonly endpoint: string
  readonly bucket: string
  close(): Promise<void>
}

/**
 * Starts a small server that speaks as much of S3 as the demo needs: GET, HEAD, PUT and DELETE of one bucket, signed in
 * headers or in the address. It is there so that the demo works without a network, and is no product.
 */
export async function startObjectServer(folder: string): Promise<ObjectServer> {
  const access: Access = {
    region: 'us-east-1',
    // Of this one run: an address that was signed before the demo was stopped is good no more.
    credentials: { accessKeyId: 'demo', secretAccessKey: randomBytes(32).toString('hex') },
  }
  const bucket = new Bucket(new FileSystemStorage({ root: folder }))
  const server = createServer((request, response) => {
    const fault = faultOf(request, access)
    if (fault !== undefined) sendError(response, 403, fault)
    else bucket.answer(request, response)
  })
  await listen(server, 0)
  return { ...access, endpoint: addressOf(server).slice(0, -1), bucket: BUCKET, close: () => stop(server) }
}

const BUCKET = 'demo'

class Bucket {
  readonly #storage: Storage
  readonly #read: ReturnType<typeof toNodeHandler>

  constructor(storage: Storage) {
    this.#storage = storage
    const view = ObjectView.asView({ storage, attachment: false, cacheControl: false })
    this.#read = toNodeHandler(view, { route: `/${BUCKET}/*path` })
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const refuse = (error?: unknown) => sendFailure(response, error)
    if (request.method === 'PUT') this.#put(request, response).catch(refuse)
    else if (request.method === 'DELETE') this.#delete(request, response).catch(refuse)
    else this.#read(request, response, refuse)
  }

  async #put(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = keyOf(request)
    // With `If-None-Match: *`, nothing is replaced.
    await this.#storage.save(key, asSigned(request), { overwrite: request.headers['if-none-match'] !== '*' })
    const stat = await this.#storage.stat(key)
    response.writeHead(200, { ETag: stat?.etag ?? '' }).end()
  }

  async #delete(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.#storage.delete(keyOf(request))
    response.writeHead(204).end()
  }
}

/** An address that was signed may say under which name, and as what, the object is sent. */
class ObjectView extends StorageDownloadView {
  override async downloadResponse(...args: Parameters<StorageDownloadView['downloadResponse']>) {
    const response = await super.downloadResponse(...args)
    const { searchParams } = new URL(this.request.url, 'http://localhost')
    for (const name of ['Content-Type', 'Content-Disposition', 'Cache-Control']) {
      const value = searchParams.get(`response-${name.toLowerCase()}`)
      if (value !== null) response.headers.set(name, value)
    }
    return response
  }
}

function keyOf({ url = '' }: IncomingMessage): string {
  const [path = '', query = ''] = url.split('?', 2)
  const start = `/${BUCKET}/`
  // Parts of large objects, lists and permissions are asked for by other parameters.
  if (!path.startsWith(start) || !/^(?:x-id=\w+)?$/.test(query)) throw new NotImplementedError()
  return decodeURIComponent(path.slice(start.length))
}

class NotImplementedError extends DownloadError {
  constructor() {
    super('The object storage of the demo does not know that.', { status: 501, code: 'NotImplemented' })
  }
}

/** Reads a body. One that is not the one that was signed fails before it is stored. */
async function* asSigned(request: IncomingMessage): AsyncGenerator<Buffer> {
  const signed = String(request.headers['x-amz-content-sha256'])
  if (signed.startsWith('STREAMING-')) throw new NotImplementedError()
  const hash = createHash('sha256')
  for await (const chunk of request) {
    hash.update(chunk)
    yield chunk
  }
  if (signed === 'UNSIGNED-PAYLOAD' || signed === hash.digest('hex')) return
  throw new DownloadError('The body is not the one that was signed.', {
    status: 400,
    code: 'XAmzContentSHA256Mismatch',
  })
}

function sendFailure(response: ServerResponse, error: unknown = new NotImplementedError()): void {
  if (response.headersSent || response.destroyed) response.destroy()
  else if (error instanceof FileNotFoundError) sendError(response, 404, 'NoSuchKey')
  else if (error instanceof FileExistsError) sendError(response, 412, 'PreconditionFailed')
  else if (error instanceof DownloadError && error.status !== 500) sendError(response, error.status, error.code)
  else {
    console.error('The object storage of the demo failed:', error)
    sendError(response, 500, 'InternalError')
  }
}

function sendError(response: ServerResponse, status: number, code: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>\n`
  // What was not read of a body would be taken for the next request.
  response.writeHead(status, { 'Content-Type': 'application/xml', Connection: 'close' }).end(body)
}
