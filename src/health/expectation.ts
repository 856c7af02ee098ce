import type { DownloadConfig, Explanation } from '../middleware/config.js'
import { SmartDownloadMiddleware } from '../middleware/smart.js'
import { DownloadResponse } from '../responses/download.js'
import type { Canary } from './canary.js'
import { CanaryFile } from './canary-file.js'
import { plainRequest } from './plain-request.js'

/** What the configuration makes of a canary here, in this process. */
export interface Expectation {
  /** `undefined` when no rule fits, so that the application is to stream it. */
  readonly handOver: HandOver | undefined
  readonly explanation: Explanation
}

/** The field that tells a server what to send. */
export interface HandOver {
  readonly header: string
  readonly value: string
}

/** Finds what the application should answer; `undefined` when the file cannot be looked at from here. */
export async function expectationOf(canary: Canary, config: DownloadConfig): Promise<Expectation | undefined> {
  const response = await describe(canary)
  if (response === undefined) return undefined
  const explanations: Explanation[] = []
  const middleware = new SmartDownloadMiddleware({ ...config, explain: (each) => void explanations.push(each) })
  const outcome = await middleware.processDownloadResponse(response, plainRequest)
  const handOver = outcome instanceof DownloadResponse ? undefined : handOverIn((name) => outcome.headers.get(name))
  return { handOver, explanation: explanations[0] as Explanation }
}

/** Finds the field that tells a server what to send, among those of a reply. */
export function handOverIn(get: (name: string) => string | null | undefined): HandOver | undefined {
  return HAND_OVER_HEADERS.map((header) => ({ header, value: get(header) ?? '' })).find(({ value }) => value !== '')
}

const HAND_OVER_HEADERS = ['X-Accel-Redirect', 'X-Sendfile', 'X-LiteSpeed-Location']

async function describe(canary: Canary): Promise<DownloadResponse | undefined> {
  if (canary.storage === undefined) return undefined
  const file = new CanaryFile(canary, canary.storage)
  try {
    await file.stat()
    return new DownloadResponse(file)
  } catch {
    // What is the matter with the file is told by the check of the files.
    return undefined
  }
}
