import type { HeaderMap } from '../headers/header-map.js'
import type { FileStat } from '../storages/storage.js'
import { DownloadResponse } from './download.js'

/** The headers of a file's replies. They are shared: a reply that needs others changes a clone. */
export interface Described {
  /** What {@link DownloadResponse.describe} tells. */
  readonly headers: HeaderMap
  /** The same for the whole file, with its length and whether ranges of it can be had. */
  readonly whole: HeaderMap
  /** The same of a 304, which has no body to describe. */
  readonly unchanged: HeaderMap
  /** The same for a proxy, which tells of the bytes itself. */
  readonly handedOver: HeaderMap
}

/**
 * Describes a download, once for each file and each way to describe it: a file that is kept open stays the same, and the
 * headers of a small reply would cost more than its bytes.
 */
export function describe(response: DownloadResponse, stat: FileStat): Described {
  // What is asked for from elsewhere is told anew each time: nobody would find it again.
  if (response.file.fetch !== undefined || !isOwn(response) || isNew(stat)) return new Description(response, stat)
  const inputs = inputsOf(response)
  const all = known.get(stat) ?? []
  const found = all.find((each) => inputs.every((input, index) => input === each.inputs[index]))
  if (found !== undefined) return found.described
  const described = new Description(response, stat)
  known.set(stat, [{ described, inputs }, ...all.slice(0, MAX_WAYS - 1)])
  return described
}

/** Takes away what describes a body that is not there (RFC 9110, 15.4.5); caching, cookies and CORS stay. */
export function withoutRepresentation(headers: HeaderMap): HeaderMap {
  for (const name of ['Content-Type', 'Content-Length', 'Content-Disposition', 'Content-Encoding', 'Content-Language'])
    headers.delete(name)
  return headers
}

function withoutExtent(headers: HeaderMap): HeaderMap {
  return headers.delete('Content-Length').delete('Accept-Ranges').delete('Content-Range')
}

/** Tells whether ranges of a file can be sent. */
export function isSeekable(stat: FileStat): stat is FileStat & { readonly size: number } {
  return stat.size !== undefined && stat.seekable !== false
}

const known = new WeakMap<FileStat, readonly Way[]>()

interface Way {
  readonly described: Described
  readonly inputs: readonly unknown[]
}

/** Views that offer one file under a name for each user would fill the memory. */
const MAX_WAYS = 4

class Description implements Described {
  readonly headers: HeaderMap
  readonly whole: HeaderMap
  #unchanged: HeaderMap | undefined
  #handedOver: HeaderMap | undefined

  constructor(response: DownloadResponse, stat: FileStat) {
    const headers = response.describe(stat)
    const whole = headers.clone()
    if (stat.size === undefined) whole.delete('Content-Length')
    // Never the application's word for it: a body of another length would be read as the next reply.
    else whole.set('Content-Length', String(stat.size))
    whole.setMissing('Accept-Ranges', isSeekable(stat) ? 'bytes' : 'none')
    this.headers = headers.freeze()
    this.whole = whole.freeze()
  }

  // Both are made when they are asked for: most files are sent, and never asked for again by the same client.
  get unchanged(): HeaderMap {
    this.#unchanged ??= withoutRepresentation(this.headers.clone()).freeze()
    return this.#unchanged
  }

  get handedOver(): HeaderMap {
    this.#handedOver ??= withoutExtent(this.headers.clone()).freeze()
    return this.#handedOver
  }
}

/** Subclasses may say something else each time. */
function isOwn({ describe, contentType }: DownloadResponse): boolean {
  return describe === DownloadResponse.prototype.describe && contentType === DownloadResponse.prototype.contentType
}

/** Tells whether the file is from the future, so that its Last-Modified depends on the time of the reply. */
function isNew({ modifiedTime }: FileStat): boolean {
  return modifiedTime !== undefined && modifiedTime.getTime() > Date.now()
}

/** All that {@link DownloadResponse.describe} looks at, beside the state of the file. */
function inputsOf(response: DownloadResponse): readonly unknown[] {
  const { attachment, basename, file, mimeType, charset, encoding, cacheControl, contentSecurityPolicy } = response
  const own = response.headers.size === 0 ? '' : JSON.stringify(response.headers.lines)
  return [attachment, basename, file.name, mimeType, charset, encoding, cacheControl, contentSecurityPolicy, own]
}
