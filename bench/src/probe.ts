import { get, type IncomingMessage } from 'node:http'
import type { Work } from './works.js'

/** What was learned from one right answer. */
export interface Proof {
  /** Headers that the requests of the work have. */
  readonly headers: Readonly<Record<string, string>>
  /** Bytes of one answer on the wire. */
  readonly wireBytes: number
}

/** Proves that a server does the work as it should. Otherwise throws what it did instead. */
export async function probe(work: Work, port: number): Promise<Proof> {
  const headers = { ...work.headers, ...(work.tag ? await tagOf(work, port) : {}) }
  const answer = await ask(port, work.path, headers)
  const fault = faultOf(work, answer)
  if (fault !== undefined) throw new Error(fault)
  return { headers, wireBytes: answer.wireBytes }
}

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly length: number
  readonly start: Buffer
  readonly wireBytes: number
}

async function tagOf(work: Work, port: number): Promise<Record<string, string>> {
  const { etag } = (await ask(port, work.path, {})).headers
  if (etag === undefined) throw new Error('gives no ETag')
  return { 'If-None-Match': etag }
}

function faultOf({ expected }: Work, { status, headers, length, start }: Answer): string | undefined {
  if (status !== expected.status) return `answers ${status} in place of ${expected.status}`
  if (length !== expected.length) return `sends ${length} bytes in place of ${expected.length}`
  if (!start.subarray(0, expected.start.length).equals(expected.start)) return 'sends other bytes'
  if (expected.header !== undefined && headers[expected.header] === undefined) return `sends no ${expected.header}`
  return undefined
}

function ask(port: number, path: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers, agent: false }, (answer) => {
      let length = 0
      let start = Buffer.alloc(0)
      answer.on('data', (chunk: Buffer) => {
        if (start.length < 64) start = Buffer.concat([start, chunk.subarray(0, 64)])
        length += chunk.length
      })
      answer.once('error', reject).once('end', () => {
        const { statusCode: status = 0, headers, socket } = answer
        resolve({ status, headers, length, start, wireBytes: socket.bytesRead })
      })
    }).once('error', reject)
  })
}
