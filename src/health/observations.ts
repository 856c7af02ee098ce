import type { DownloadConfig } from '../middleware/config.js'
import { type Answer, ask } from './ask.js'
import { type ByName, type Canaries, type Canary, eventuallyByName } from './canary.js'
import { type Expectation, expectationOf } from './expectation.js'
import { type FileState, lookAt } from './file-state.js'

/** A deployment, and how to ask it. */
export interface Deployment {
  readonly config: DownloadConfig
  /** The proxy, as clients reach it. */
  readonly publicUrl: URL
  /** The application, without the proxy. */
  readonly applicationUrl: URL
  /** Where the canaries' handler is mounted. */
  readonly path: string
  /** Milliseconds for each request. */
  readonly timeout: number
}

/** What is seen of one rule from outside, which is all there is to see of a healthy one. */
export interface ChainObservations {
  readonly canaries: Canaries
  readonly answers: ByName<Answer>
  /** A range of the plain canary. */
  readonly range: Answer
  /** The plain canary asked for at the location of the proxy itself, where there is one. */
  readonly location: Answer | undefined
}

/** What is seen of one rule behind the proxy. */
export interface InnerObservations {
  readonly application: ByName<Answer>
  readonly files: ByName<FileState>
  readonly expected: ByName<Expectation | undefined>
}

/** The range that is asked for. */
export const PROBE_RANGE = { start: 1000, end: 1499 }

/** Asks the proxy, as a client would. */
export async function observeChain(deployment: Deployment, canaries: Canaries): Promise<ChainObservations> {
  const { publicUrl: base, timeout } = deployment
  const askProxy = (canary: Canary, headers?: Record<string, string>) =>
    ask({ base, path: pathOf(deployment, canary), headers, timeout })
  const [answers, range, location] = await Promise.all([
    eventuallyByName((name) => askProxy(canaries[name])),
    askProxy(canaries.plain, { Range: `bytes=${PROBE_RANGE.start}-${PROBE_RANGE.end}` }),
    askLocation(deployment, canaries.plain),
  ])
  return { canaries, answers, range, location }
}

/** Asks the application as the proxy would, and looks at the files as the application would. */
export async function observeInside(deployment: Deployment, canaries: Canaries): Promise<InnerObservations> {
  const [application, files, expected] = await Promise.all([
    eventuallyByName((name) => askApplication(deployment, canaries[name])),
    eventuallyByName((name) => lookAt(canaries[name])),
    eventuallyByName((name) => expectationOf(canaries[name], deployment.config)),
  ])
  return { application, files, expected }
}

async function askLocation({ publicUrl, timeout }: Deployment, { rule, key }: Canary): Promise<Answer | undefined> {
  if (rule.location === undefined) return undefined
  // A location is the server's own: it does not move with the folder that the application is mounted at.
  return ask({ base: new URL(publicUrl.origin), path: rule.location + key, timeout })
}

function askApplication(deployment: Deployment, canary: Canary): Promise<Answer> {
  const { publicUrl, applicationUrl: base, timeout } = deployment
  // As the proxy would ask: the application may redirect what is not for its name, or did not come by https.
  const headers = { Host: publicUrl.host, 'X-Forwarded-Proto': publicUrl.protocol.slice(0, -1) }
  return ask({ base, path: pathOf(deployment, canary), headers, timeout })
}

function pathOf({ path }: Deployment, { rule, name }: Canary): string {
  return `${path}/${rule.position}/${name}`
}
