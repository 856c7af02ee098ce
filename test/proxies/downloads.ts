import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import type { DownloadFile } from '../../src/files/file.js'
import type { DownloadRequest, Outcome } from '../../src/handler.js'
import { DownloadResponse, type DownloadResponseOptions } from '../../src/responses/download.js'
import type { FileStat } from '../../src/storages/storage.js'

/** What a file of a test tells of itself. */
export interface Told extends FileStat {
  readonly name?: string
  readonly url?: string
  readonly path?: string
  readonly wasModifiedSince?: DownloadFile['wasModifiedSince']
}

/** A download of a file that tells what a test wants, and that nobody may open. */
export function download(told: Told = {}, options: DownloadResponseOptions = {}): DownloadResponse {
  const { name = 'report.txt', url, path, wasModifiedSince, ...stat } = told
  const file: DownloadFile = {
    name,
    url,
    path,
    wasModifiedSince,
    stat: async () => ({ size: 5, etag: '"tag"', modifiedTime: MODIFIED, ...stat }),
    open() {
      throw new Error('A middleware describes; it never opens a file.')
    },
  }
  return new DownloadResponse(file, options)
}

export const MODIFIED = new Date('2021-05-03T12:34:56.789Z')
export const LAST_MODIFIED = 'Mon, 03 May 2021 12:34:56 GMT'
export const EARLIER = 'Mon, 03 May 2021 12:34:55 GMT'
export const LATER = 'Mon, 03 May 2021 12:34:57 GMT'

/** A request with these headers. */
export function requestWith(headers: Readonly<Record<string, string>> = {}, method = 'GET'): DownloadRequest {
  return {
    method,
    url: '/',
    headers: new Headers(headers),
    params: {},
    signal: new AbortController().signal,
    context: {},
    raw: undefined,
  }
}

/** The value of a header of what came out, as it goes over the wire. */
export function headerOf(outcome: Outcome, name: string): string | null {
  return outcome.headers.get(name)
}

/** A folder with these files, for as long as the tests of a file run. */
export function useFolder(files: Readonly<Record<string, string>>): (name?: string) => string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'downloadview-middleware-')))
  const path = (name = '') => join(folder, name)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(path(name)), { recursive: true })
    writeFileSync(path(name), content)
  }
  after(() => rmSync(folder, { recursive: true, force: true }))
  return path
}
