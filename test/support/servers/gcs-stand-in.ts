import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { createObject, type GcsObject, type GcsUpload, headersOf, resourceOf } from './gcs-objects.js'
import { checkSignedUrl } from './gcs-signed-url.js'

/** What speaks like Google Cloud Storage to `@google-cloud/storage`. */
export interface GcsServer {
  /** For the option `apiEndpoint`. */
  readonly endpoint: string
  readonly projectId: string
  /** For the option `credentials`, to sign addresses with. */
  readonly credentials: { readonly client_email: string; readonly private_key: string }
  /** Makes an empty bucket and gives its name, which no other test has. */
  createBucket(): Promise<string>
  close(): Promise<void>
}

/**
 * Starts a stand-in for Google Cloud Storage, written from Google's public documentation: no server of theirs can run
 * on this machine. What it proves is that we use the client rightly, not that Google answers so.
 *
 * It has objects with generations and their preconditions, downloads with a range, simple, multipart and resumable
 * uploads, listings, deletion, and downloads by addresses with a V4 signature, which it checks. It has neither tokens
 * of the JSON API (each one is good, and none as well), nor former generations, changes of metadata, access lists,
 * composed or copied objects, decompression, keys of customers, gRPC, nor several ranges at once.
 */
export async function startGcsStandIn(): Promise<GcsServer> {
  const state: State = { buckets: new Map(), sessions: new Map() }
  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '', `http://${req.headers.host}`)
    answer(state, req, res, url).catch((error) => {
      if (error instanceof ApiError) sendError(res, url, error)
      else res.destroy(error)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    projectId: 'test',
    credentials: {
      client_email: EMAIL,
      private_key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
    async createBucket() {
      const name = `bucket-${crypto.randomUUID()}`
      state.buckets.set(name, new Map())
      return name
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const EMAIL = 'test@test.iam.gserviceaccount.com'
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })

type Objects = Map<string, GcsObject>

interface Session {
  readonly bucket: string
  readonly name: string
  readonly query: URLSearchParams
  readonly upload: GcsUpload
  content: Buffer
}

interface State {
  readonly buckets: Map<string, Objects>
  readonly sessions: Map<string, Session>
}

class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message)
  }
}

async function answer(state: State, req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
  const [, upload, bucket = '', name] = JSON_PATH.exec(url.pathname) ?? []
  const objects = () => objectsOf(state, decodeURIComponent(bucket))
  const route = `${req.method} ${upload === undefined ? '' : 'upload '}${name === undefined ? 'bucket' : 'object'}`
  if (bucket === '') return answerSigned(state, req, res, url)
  if (upload !== undefined) return answerUpload(state, req, res, url, decodeURIComponent(bucket))
  if (route === 'GET bucket') {
    const isListing = url.pathname.endsWith('/o')
    return sendJson(res, 200, isListing ? list(objects(), url.searchParams) : bucketOf(state, bucket))
  }
  const object = find(objects(), decodeURIComponent(bucket), decodeURIComponent(name ?? ''), url.searchParams)
  if (route === 'GET object') {
    if (url.searchParams.get('alt') === 'media') return sendContent(req, res, object)
    return sendJson(res, 200, resourceOf(object))
  }
  if (route !== 'DELETE object') throw new ApiError(501, 'notImplemented', `The stand-in knows no ${route}.`)
  objects().delete(object.name)
  res.writeHead(204).end()
}

const JSON_PATH = /^(\/upload)?\/storage\/v1\/b\/([^/]+)(?:\/o(?:\/([^/]+))?)?$/

function objectsOf(state: State, bucket: string): Objects {
  const objects = state.buckets.get(bucket)
  if (objects === undefined) throw new ApiError(404, 'notFound', 'The specified bucket does not exist.')
  return objects
}

function bucketOf(state: State, name: string): Record<string, string> {
  objectsOf(state, name)
  return { kind: 'storage#bucket', id: name, name, location: 'US', storageClass: 'STANDARD' }
}

/** Finds an object for reading or deletion, with the conditions of the query. */
function find(objects: Objects, bucket: string, name: string, query: URLSearchParams): GcsObject {
  const object = objects.get(name)
  const generation = query.get('generation')
  if (object === undefined || (generation !== null && generation !== object.generation)) {
    throw new ApiError(404, 'notFound', `No such object: ${bucket}/${name}`)
  }
  checkConditions(object, query)
  return object
}

function checkConditions(object: GcsObject | undefined, query: URLSearchParams): void {
  const now = object?.generation ?? '0'
  const match = query.get('ifGenerationMatch')
  const noMatch = query.get('ifGenerationNotMatch')
  if (match !== null && match !== now) {
    throw new ApiError(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.')
  }
  if (noMatch !== null && noMatch === now) throw new ApiError(304, 'notModified', 'Not Modified')
}

function list(objects: Objects, query: URLSearchParams): Record<string, unknown> {
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const after = Buffer.from(query.get('pageToken') ?? '', 'base64').toString()
  const entries = new Map<string, GcsObject | undefined>()
  for (const name of [...objects.keys()].filter((it) => it.startsWith(prefix)).sort(byBytes)) {
    const end = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length)
    if (end === -1) entries.set(name, objects.get(name))
    else entries.set(name.slice(0, end + delimiter.length), undefined)
  }
  const left = [...entries].filter(([name]) => after === '' || byBytes(name, after) > 0)
  const page = left.slice(0, Number(query.get('maxResults') ?? 1000))
  const items = page.flatMap(([, object]) => (object === undefined ? [] : [resourceOf(object)]))
  const prefixes = page.flatMap(([name, object]) => (object === undefined ? [name] : []))
  return {
    kind: 'storage#objects',
    ...(page.length < left.length && { nextPageToken: Buffer.from(page.at(-1)?.[0] ?? '').toString('base64') }),
    ...(prefixes.length > 0 && { prefixes }),
    ...(items.length > 0 && { items }),
  }
}

const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other))

function sendContent(req: IncomingMessage, res: ServerResponse, object: GcsObject, more = {}): void {
  const size = object.content.length
  const range = rangeOf(req.headers.range, size)
  const headers = { ...headersOf(object), ...more }
  if (range === undefined) {
    res.writeHead(200, { ...headers, 'Content-Length': size })
    res.end(req.method === 'HEAD' ? undefined : object.content)
    return
  }
  const [start, end] = range
  if (start >= size || end < start) {
    throw new ApiError(416, 'requestedRangeNotSatisfiable', 'Request range not satisfiable', {
      'Content-Range': `bytes */${size}`,
    })
  }
  const part = object.content.subarray(start, end + 1)
  res.writeHead(206, {
    ...headers,
    'Content-Length': part.length,
    'Content-Range': `bytes ${start}-${start + part.length - 1}/${size}`,
  })
  res.end(req.method === 'HEAD' ? undefined : part)
}

/** The first and the last byte; `undefined` for the whole. */
function rangeOf(header: string | undefined, size: number): [number, number] | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  if (first === '') return last === '0' ? [size, size] : [Math.max(0, size - Number(last)), size - 1]
  return [Number(first), last === '' ? size - 1 : Math.min(Number(last), size - 1)]
}

async function answerUpload(
  state: State,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
  bucket: string,
): Promise<void> {
  const query = url.searchParams
  const id = query.get('upload_id')
  if (id !== null) return continueSession(state, req, res, id)
  objectsOf(state, bucket)
  const body = await buffer(req)
  const type = req.headers['content-type'] ?? ''
  if (query.get('uploadType') === 'resumable') return openSession(state, req, res, url, bucket, body)
  const { metadata, content } =
    query.get('uploadType') === 'multipart' ? partsOf(body, type) : { metadata: { contentType: type }, content: body }
  const { name = query.get('name') ?? '', ...upload } = metadata
  sendJson(res, 200, resourceOf(store(state, { bucket, name, query, upload, content })))
}

interface NamedUpload extends GcsUpload {
  readonly name?: string
}

/** Takes a `multipart/related` body apart: the metadata as JSON, and the content. */
function partsOf(body: Buffer, type: string): { metadata: NamedUpload; content: Buffer } {
  const boundary = /boundary="?([^";]+)/.exec(type)?.[1]
  if (boundary === undefined) throw new ApiError(400, 'badContent', 'Multipart body has no boundary.')
  const first = body.indexOf('\r\n\r\n') + 4
  const between = body.indexOf(`\r\n--${boundary}`, first)
  const second = body.indexOf('\r\n\r\n', between + 4) + 4
  const content = body.subarray(second, body.lastIndexOf(`\r\n--${boundary}--`))
  const own = /content-type: *([^\r\n]+)/i.exec(body.toString('latin1', between, second))?.[1]
  const metadata: NamedUpload = JSON.parse(body.toString('utf8', first, between))
  return { metadata: { ...(own !== undefined && { contentType: own }), ...metadata }, content }
}

function store(state: State, { bucket, name, query, upload, content }: Session): GcsObject {
  const objects = objectsOf(state, bucket)
  checkConditions(objects.get(name), query)
  const object = createObject(bucket, name, content, upload)
  objects.set(name, object)
  return object
}

function openSession(
  state: State,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
  bucket: string,
  body: Buffer,
): void {
  const { name = url.searchParams.get('name') ?? '', ...upload }: NamedUpload = JSON.parse(String(body) || '{}')
  const type = req.headers['x-upload-content-type']
  checkConditions(objectsOf(state, bucket).get(name), url.searchParams)
  const id = crypto.randomUUID()
  const whole = { ...(typeof type === 'string' && { contentType: type }), ...upload }
  state.sessions.set(id, { bucket, name, query: url.searchParams, upload: whole, content: Buffer.alloc(0) })
  const location = new URL(url)
  location.searchParams.set('upload_id', id)
  res.writeHead(200, { Location: location.href, 'Content-Length': 0 }).end()
}

/** Takes the next bytes of a resumable upload: `bytes 0-9/*`, `bytes 10-19/20`, or asks how far it is: `bytes *\/20`. */
async function continueSession(state: State, req: IncomingMessage, res: ServerResponse, id: string): Promise<void> {
  const session = state.sessions.get(id)
  if (session === undefined) throw new ApiError(404, 'notFound', 'No such upload.')
  if (req.method === 'DELETE') {
    state.sessions.delete(id)
    res.writeHead(499, { 'Content-Length': 0 }).end()
    return
  }
  const body = await buffer(req)
  const [, start, end, total] = /^bytes (?:(\d+)-(\d+|\*)|\*)\/(\d+|\*)$/.exec(req.headers['content-range'] ?? '') ?? []
  if (start !== undefined && Number(start) > session.content.length)
    throw new ApiError(503, 'invalid', 'Bytes missing.')
  if (start !== undefined) session.content = Buffer.concat([session.content.subarray(0, Number(start)), body])
  else if (total === undefined) session.content = body
  const { length } = session.content
  if (total === undefined || end === '*' || Number(total) === length) {
    state.sessions.delete(id)
    return sendJson(res, 200, resourceOf(store(state, session)))
  }
  res.writeHead(308, { ...(length > 0 && { Range: `bytes=0-${length - 1}` }), 'Content-Length': 0 }).end()
}

/** Answers a download of the XML API, which only a signed address may ask for. */
function answerSigned(state: State, req: IncomingMessage, res: ServerResponse, url: URL): void {
  const fault = checkSignedUrl(req, url, EMAIL, keys.publicKey)
  if (fault !== undefined) throw new ApiError(fault === 'ExpiredToken' ? 400 : 403, fault, 'The address is not good.')
  const [, bucket = '', ...rest] = url.pathname.split('/').map(decodeURIComponent)
  const object = state.buckets.get(bucket)?.get(rest.join('/'))
  if (object === undefined) throw new ApiError(404, 'NoSuchKey', 'The specified key does not exist.')
  const overrides = [
    ['Content-Disposition', 'response-content-disposition'],
    ['Content-Type', 'response-content-type'],
  ] as const
  const more = overrides.flatMap(([name, parameter]) => {
    const value = url.searchParams.get(parameter)
    return value === null ? [] : [[name, value]]
  })
  sendContent(req, res, object, Object.fromEntries(more))
}

function sendJson(res: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value))
  res.writeHead(status, { 'Content-Type': 'application/json; charset=UTF-8', 'Content-Length': body.length }).end(body)
}

/** Downloads fail in plain text, addresses with a signature in XML, and all else in JSON. */
function sendError(res: ServerResponse, url: URL, { status, reason, message, headers }: ApiError): void {
  const send = (type: string, body: string) =>
    res.writeHead(status, { ...headers, 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }).end(body)
  if (status === 304) res.writeHead(304).end()
  else if (!JSON_PATH.test(url.pathname)) {
    send(
      'application/xml; charset=UTF-8',
      `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${reason}</Code><Message>${message}</Message></Error>`,
    )
  } else if (url.searchParams.get('alt') === 'media') send('text/html; charset=UTF-8', message)
  else {
    const error = { code: status, message, errors: [{ message, domain: 'global', reason }] }
    send('application/json; charset=UTF-8', JSON.stringify({ error }))
  }
}
