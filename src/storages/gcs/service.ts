import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import type { Storage as GcsClient } from '@google-cloud/storage'
import { EnvHttpProxyAgent, request } from 'undici'
import { UpstreamError } from '../../errors.js'
import { withinTime } from '../time-limit.js'
import { AnswerError, isTransient } from './failure.js'

/** A bucket, and how it is asked. */
export interface GcsServiceOptions {
  readonly client: GcsClient
  readonly bucket: string
  /** Project that pays for the requests. */
  readonly userProject: string | undefined
  /** Milliseconds that an answer may take. */
  readonly timeout: number
}

/** What is asked of a bucket. */
export interface GcsRequest {
  /** Default: `'GET'`. */
  readonly method?: 'GET' | 'POST' | 'DELETE'
  /** Name of the object; left out, it is about all objects. */
  readonly object?: string
  /** Parameters of the address; those that are `undefined` are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

/** What is written into a bucket. */
export interface GcsUpload extends GcsRequest {
  readonly body: AsyncIterable<Uint8Array>
}

/** What the service answered, all well. */
export interface GcsAnswer {
  /** The value of a header. */
  header(name: string): string | undefined
  readonly body: Readable & { json(): Promise<unknown>; dump(): Promise<void> }
}

/**
 * Asks the service over connections of our own, with the address and the credentials of a client of the SDK, and as
 * often as the client would.
 *
 * The SDK's own streams cannot be given up before the answer is there, and giving one up afterwards closes the
 * connections of all others (`agent.destroy()`): a client that leaves would break the downloads of the rest.
 */
export class GcsService {
  /** Who answers, for the messages of errors. */
  readonly what: string
  /** Milliseconds that an answer may take. */
  readonly timeout: number
  readonly #client: GcsClient
  readonly #bucket: string
  readonly #userProject: string | undefined

  constructor({ client, bucket, userProject, timeout }: GcsServiceOptions) {
    this.what = `Google Cloud Storage bucket "${bucket}"`
    this.#client = client
    this.#bucket = bucket
    this.#userProject = userProject
    this.timeout = timeout
  }

  /** Asks, again where that may help, for bytes to read. Throws {@link AnswerError} for every answer but a good one. */
  ask(asked: GcsRequest): Promise<GcsAnswer> {
    return this.#repeatedly(asked, (answer) => answer)
  }

  /** Asks for JSON. */
  askJson(asked: GcsRequest): Promise<unknown> {
    return this.#repeatedly(asked, ({ body }) => body.json())
  }

  /** Asks for something to be done. */
  order(asked: GcsRequest): Promise<void> {
    return this.#repeatedly(asked, ({ body }) => body.dump())
  }

  /** Writes, once: what was read for it is gone. Takes as long as its content does. */
  async upload(asked: GcsUpload): Promise<void> {
    const { body } = await this.#send('/upload', asked)
    await body.dump()
  }

  /** All of it within the time limit, apart from what the caller will read. */
  async #repeatedly<T>(asked: GcsRequest, read: (answer: GcsAnswer) => T | Promise<T>): Promise<T> {
    const { autoRetry = true, maxRetries = 3, retryDelayMultiplier = 2, maxRetryDelay = 64 } = this.#client.retryOptions
    const limit = { what: this.what, timeout: this.timeout, signal: asked.signal }
    for (let attempt = 0; ; attempt++) {
      try {
        return await withinTime(async (signal) => read(await this.#send('', { ...asked, signal })), limit)
      } catch (error) {
        if (!autoRetry || attempt >= maxRetries || !isTransient(error)) throw error
        const seconds = Math.min(maxRetryDelay, retryDelayMultiplier ** attempt)
        // Not all at the same moment.
        await wait(seconds * 1000 * (0.5 + Math.random() / 2), undefined, { signal: asked.signal }).catch(() => {})
        asked.signal?.throwIfAborted()
      }
    }
  }

  async #send(kind: '' | '/upload', asked: GcsRequest & Partial<GcsUpload>): Promise<GcsAnswer> {
    const { method = 'GET', headers, body, signal } = asked
    const url = this.#urlOf(kind, asked)
    const { authorization, fault } = await this.#authorize(url)
    signal?.throwIfAborted()
    const answer = await request(url, {
      method,
      headers: { ...headers, ...authorization },
      body: body === undefined ? null : Readable.from(body, { highWaterMark: 1 }),
      signal,
      // We have time limits of our own, which know who is waiting for whom.
      headersTimeout: 0,
      bodyTimeout: 0,
      dispatcher: connections(),
    })
    const header = (name: string) => [answer.headers[name]].flat()[0]
    if (answer.statusCode >= 200 && answer.statusCode < 300) return { header, body: answer.body }
    throw await AnswerError.read(answer.statusCode, header, answer.body, fault)
  }

  #urlOf(kind: '' | '/upload', { object, query = {} }: GcsRequest): string {
    // Not its `baseUrl`, which lacks the path when the address comes from STORAGE_EMULATOR_HOST.
    const url = new URL(`${this.#client.apiEndpoint}${kind}/storage/v1/b/${encodeURIComponent(this.#bucket)}/o`)
    if (object !== undefined) url.pathname += `/${encodeURIComponent(object)}`
    for (const [name, value] of Object.entries({ ...query, userProject: this.#userProject })) {
      if (value !== undefined) url.searchParams.set(name, value)
    }
    return url.href
  }

  async #authorize(url: string): Promise<Authorization> {
    const { authClient, customEndpoint, useAuthWithCustomEndpoint } = this.#client
    if (customEndpoint && !useAuthWithCustomEndpoint) return {}
    try {
      // A plain object in one version of the library, `Headers` in the next.
      const headers = new Headers(await authClient.getRequestHeaders(url))
      return { authorization: Object.fromEntries(headers) }
    } catch (fault) {
      // A public bucket may need none, as the SDK has it.
      if (fault instanceof Error && fault.message.includes('Could not load the default credentials')) return { fault }
      throw new UpstreamError(`${this.what} was not asked: the client could not get its credentials.`, { cause: fault })
    }
  }
}

/** Shared by all storages, and made for the first request: by the proxy of the environment, as the SDK goes. */
function connections(): EnvHttpProxyAgent {
  agent ??= new EnvHttpProxyAgent()
  return agent
}

let agent: EnvHttpProxyAgent | undefined

interface Authorization {
  readonly authorization?: Record<string, string>
  /** Why there is none. */
  readonly fault?: Error
}
