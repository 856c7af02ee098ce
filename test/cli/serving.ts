import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { TestContext } from 'node:test'
import { eventually } from '../support/eventually.js'
import { COMMAND } from './command.js'
import { atTerminal } from './terminal.js'

/** A running `downloadview serve`. */
export interface Serving {
  /** The link that it prints first. */
  readonly link: string
  readonly origin: string
  readonly port: number
  /** All that it has printed so far. */
  readonly out: string
  readonly err: string
  readonly child: ChildProcess
  /** Waits until it has printed something like that. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  /** Waits until it has ended, and gives its exit code. */
  ended(): Promise<number | null>
}

/** Starts the real command on a free port, and ends it with the test. */
export function serve(test: Pick<TestContext, 'after'>, folder: string, ...options: string[]): Promise<Serving> {
  const args = [...COMMAND, 'serve', folder, '--port', '0', ...options]
  return started(test, spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] }))
}

/** Starts it at a terminal of its own, on which what is written to the child's stdin is typed. */
export function serveAtTerminal(test: Pick<TestContext, 'after'>, folder: string): Promise<Serving> {
  const [program, args] = atTerminal(process.execPath, [...COMMAND, 'serve', folder, '--port', '0'])
  return started(test, spawn(program, args, { env: { ...process.env, TERM: 'xterm-256color' }, stdio: 'pipe' }))
}

/** Sends a request line letter by letter as it is written: clients that know better would correct it. */
export async function rawStatus({ port }: Serving, target: string): Promise<number> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  let reply = ''
  for await (const text of socket.setEncoding('latin1')) reply += text
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(reply)?.[1])
}

/** The links of a page, as a browser reads them. */
export function linksOf(page: string): string[] {
  const codes = /&#(\d+);/g
  return [...page.matchAll(/href="([^"]*)"/g)].map(([, href = '']) =>
    href.replace(codes, (_, code) => String.fromCharCode(code)),
  )
}

async function started(test: Pick<TestContext, 'after'>, child: ChildProcess): Promise<Serving> {
  const closed = once(child, 'close')
  test.after(async () => {
    child.kill('SIGKILL')
    await closed
  })
  let out = ''
  let err = ''
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    out += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    err += text
  })
  const printed = async (pattern: RegExp) => {
    await eventually(() => pattern.test(out))
    return pattern.exec(out) as RegExpExecArray
  }
  // However long it takes to start; one that ends instead has said why.
  await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), closed])
  if (out === '') throw new Error(`downloadview serve did not start: ${err}`)
  const [, link = '', origin = '', port] = await printed(/^ {2}((http:\S+:(\d+))\/\S*)\r?$[\s\S]*^Ctrl-C ends it\./m)
  return {
    link,
    origin,
    port: Number(port),
    child,
    printed,
    get out() {
      return out
    },
    get err() {
      return err
    },
    ended: async () => (await closed)[0] as number | null,
  }
}
