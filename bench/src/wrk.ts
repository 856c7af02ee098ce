import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What is asked for, and how much at a time. */
export interface Load {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly connections: number
  readonly threads: number
  /** As many files are asked for in turn, from the given place on. */
  readonly files?: { readonly count: number; readonly from: number } | undefined
  readonly milliseconds: number
}

/** What wrk has counted. Times in microseconds. */
export interface WrkResult {
  readonly requests: number
  readonly bytes: number
  readonly duration: number
  readonly p50: number
  readonly p99: number
  readonly errors: Readonly<Record<string, number>>
}

/** Puts load on a server by wrk. */
export async function runWrk({ url, headers, connections, threads, files, milliseconds }: Load): Promise<WrkResult> {
  const script = fileURLToPath(new URL('../wrk/load.lua', import.meta.url))
  // It ends by itself when nobody is left to interrupt it.
  const longest = Math.ceil(milliseconds / 1000) + 5
  const amount = ['--threads', `${Math.min(threads, connections)}`, '--connections', `${connections}`]
  const args = [...amount, '--duration', `${longest}s`, '--timeout', '10s', '--script', script]
  const fields = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`])
  const place = files === undefined ? [] : [`${files.count}`, `${files.from}`]
  return parseWrk(await interrupted([...args, ...fields, url, ...place], milliseconds))
}

/** Reads what `wrk/load.lua` prints at the end. */
export function parseWrk(output: string): WrkResult {
  const line = /^wrk-result (\{.*\})$/m.exec(output)?.[1]
  if (line === undefined) throw new Error(`wrk gave no result: ${output.trim() || 'it printed nothing'}`)
  return JSON.parse(line) as WrkResult
}

/** Names the errors of a run, if there are any. */
export function errorsOf({ bytes, errors }: WrkResult): string | undefined {
  const found = Object.entries(errors).filter(([, count]) => count > 0)
  if (found.length > 0) return found.map(([name, count]) => `${count} × ${name}`).join(', ')
  return bytes === 0 ? 'no answer' : undefined
}

/** wrk takes whole seconds; interrupted, it ends in good order at any time. */
function interrupted(args: readonly string[], milliseconds: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const wrk = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [wrk.stdout, wrk.stderr]) stream.on('data', (chunk) => (output += chunk))
    const timer = setTimeout(() => wrk.kill('SIGINT'), milliseconds)
    wrk.once('error', (error) => reject(new Error(`wrk did not start: ${error.message}`)))
    wrk.once('close', () => {
      clearTimeout(timer)
      resolve(output)
    })
  })
}
