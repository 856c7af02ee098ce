import type { Outcome } from '../handler.js'
import { essenceOf } from '../headers/media-type.js'
import type { RequestHeaders } from '../headers/request-headers.js'
import { DownloadResponse } from '../responses/download.js'
import { EmptyResponse } from '../responses/empty.js'
import { assertFact, assertKnown, fail } from './assert-facts.js'
import { type ParsedDisposition, parseContentDisposition } from './parse-content-disposition.js'

/** What a download is to be; what is left out is not compared. */
export interface ExpectedDownload {
  /** The name that a client saves the file under, `filename*` taken into account; `''` for none. */
  basename?: string
  /** The whole `Content-Type`. */
  contentType?: string
  /** The media type without its parameters. */
  mimeType?: string
  /** The body, byte by byte; text stands for its UTF-8. */
  content?: string | Uint8Array
  /** `true` when a browser is to save the file, `false` when it may show it. */
  attachment?: boolean
  /** Default: `200`, or `206` for a part. */
  status?: number
}

/**
 * Checks what came of a request for a download.
 *
 * It takes what a handler gives, and also a web `Response`: of `toFetchHandler()`, or of a `fetch()` to a running
 * server. A web response can still be read afterwards; of a handler's, content that comes in pieces is used up.
 *
 * @throws AssertionError with `actual` and `expected`, which every test runner shows.
 * @throws TypeError when something is expected that this cannot check.
 */
export async function assertDownloadResponse(
  response: Outcome | Response | Promise<Outcome | Response>,
  expected: ExpectedDownload = {},
): Promise<void> {
  assertKnown(assertDownloadResponse, expected, NAMES)
  const download = await describe(await response)
  assertStatus(download.status, expected.status)
  for (const name of NAMES) {
    if (name === 'status' || name === 'content' || expected[name] === undefined) continue
    assertFact(assertDownloadResponse, name, FACTS[name](download), expected[name])
  }
  if (expected.content !== undefined) assertContent(await download.read(), expected.content)
}

/** A reply of either kind, in one form. */
interface Download {
  readonly status: number
  readonly headers: Pick<RequestHeaders, 'get'>
  read(): Promise<Uint8Array>
}

const FACTS = {
  attachment: (download: Download) => dispositionOf(download).type === 'attachment',
  basename: (download: Download) => dispositionOf(download).name,
  contentType: ({ headers }: Download) => headers.get('Content-Type'),
  mimeType: ({ headers }: Download) => essenceOf(headers.get('Content-Type') ?? ''),
}

const NAMES: readonly (keyof ExpectedDownload)[] = [
  'attachment',
  'basename',
  'content',
  'contentType',
  'mimeType',
  'status',
]

async function describe(response: unknown): Promise<Download> {
  if (response instanceof DownloadResponse) return describeDownload(response)
  if (response instanceof EmptyResponse) return { ...pick(response), read: async () => new Uint8Array() }
  if (isWebResponse(response)) {
    return { ...pick(response), read: async () => new Uint8Array(await response.clone().arrayBuffer()) }
  }
  throw new TypeError('assertDownloadResponse() takes what a handler gives, or a web Response.')
}

async function describeDownload(response: DownloadResponse): Promise<Download> {
  const { file, status } = response
  const headers = response.describe(await file.stat())
  return { status, headers, read: async () => Buffer.concat(await piecesOf(file.open())) }
}

function pick<T extends Pick<Download, 'status' | 'headers'>>({ status, headers }: T) {
  return { status, headers }
}

async function piecesOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = []
  for await (const piece of body) pieces.push(piece)
  return pieces
}

/** Not `instanceof`: test runners may have a `Response` of their own. */
function isWebResponse(response: unknown): response is Response {
  return typeof response === 'object' && response !== null && 'clone' in response && 'arrayBuffer' in response
}

function dispositionOf({ headers }: Download): ParsedDisposition {
  return parseContentDisposition(headers.get('Content-Disposition'))
}

function assertStatus(actual: number, expected: number | undefined): void {
  if (expected !== undefined) assertFact(assertDownloadResponse, 'status', actual, expected)
  else if (actual !== 200 && actual !== 206)
    fail(assertDownloadResponse, `The reply is no download: its status is ${actual}.`, actual, 200)
}

function assertContent(actual: Uint8Array, expected: string | Uint8Array): void {
  const wanted = Buffer.from(expected)
  if (wanted.equals(actual)) return
  const lengths = `${actual.length} bytes, expected ${wanted.length}`
  const [shown, shownWanted] = shownDifference(actual, wanted)
  fail(
    assertDownloadResponse,
    `The content of the download is ${shown}, expected ${shownWanted} (${lengths}).`,
    shown,
    shownWanted,
  )
}

/** What surrounds the first difference: as text where both are text, else in hexadecimal. */
function shownDifference(actual: Uint8Array, expected: Uint8Array): [actual: string, expected: string] {
  const [text, expectedText] = [decode(actual), decode(expected)]
  if (text === undefined || expectedText === undefined) {
    const place = firstDifference(actual, expected)
    return [hex(actual, place), hex(expected, place)]
  }
  const place = firstDifference(text, expectedText)
  return [excerpt(text, place), excerpt(expectedText, place)]
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function firstDifference<T extends string | Uint8Array>(a: T, b: T): number {
  let place = 0
  while (place < a.length && a[place] === b[place]) place++
  return place
}

function hex(bytes: Uint8Array, place: number): string {
  const start = Math.max(0, place - 8)
  return `bytes ${start}…: ${Array.from(bytes.subarray(start, start + 32), toHex).join(' ') || 'none'}`
}

function toHex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}

/** Runners compare what they are given letter by letter: with megabytes they would seem to hang. */
function excerpt(text: string, place: number): string {
  const start = place > 60 ? place - 30 : 0
  const end = Math.min(text.length, start + 120)
  return `${start > 0 ? '…' : ''}${JSON.stringify(text.slice(start, end))}${end < text.length ? '…' : ''}`
}
