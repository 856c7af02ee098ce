import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { inTime, SoakFailure } from './in-time.js'
import type { Measure } from './measure.js'

/** Where the server of the soak listens: HTTP/1.1, and HTTP/2 by both of Node's interfaces. */
export interface Ports {
  readonly http: number
  readonly compat: number
  readonly streams: number
}

/** What the server is told to do. */
export type Command = { readonly id: number } & Order

export type Order =
  | { readonly do: 'save'; readonly key: string; readonly name: string; readonly number: number; readonly size: number }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'origin'; readonly origin: string }
  | { readonly do: 'measure' }
  | { readonly do: 'idle' }

/** What the server tells. */
export type Told =
  | { readonly kind: 'ready'; readonly ports: Ports }
  | { readonly kind: 'done'; readonly id: number; readonly measure?: Measure }
  | { readonly kind: 'fault'; readonly fault: string }

/** The server of the soak, in a process of its own. */
export interface SoakServer {
  readonly ports: Ports
  /** How often `onError` was called, by kind of view and code. */
  readonly faults: Readonly<Record<string, number>>
  /** What was written to stderr: nothing should be. */
  readonly errors: string
  tell(order: Order): Promise<void>
  measure(): Promise<Measure>
  stop(): Promise<void>
}

/** Starts it on a folder, with the native sender or in plain JavaScript. */
export async function startSoakServer(root: string, { native }: { readonly native: boolean }): Promise<SoakServer> {
  const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', SERVER, root], {
    env: { ...process.env, DOWNLOADVIEW_NATIVE: native ? '1' : '0' },
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
  const faults: Record<string, number> = {}
  const waiting = new Map<number, (measure: Measure | undefined) => void>()
  let errors = ''
  let ids = 0
  child.stderr?.on('data', (text) => {
    errors += text
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  // What cannot be told to one that has ended: that it has is known anyway.
  child.on('error', () => undefined)
  const gone = ended.then(() => Promise.reject(new SoakFailure(`The server has ended, ${child.exitCode}:\n${errors}`)))
  gone.catch(() => undefined)
  const ready = new Promise<Ports>((resolve) => {
    child.on('message', (told: Told) => {
      if (told.kind === 'ready') resolve(told.ports)
      else if (told.kind === 'fault') faults[told.fault] = (faults[told.fault] ?? 0) + 1
      else {
        waiting.get(told.id)?.(told.measure)
        waiting.delete(told.id)
      }
    })
  })
  const ports = await inTime(() => 'the server starts', Promise.race([ready, gone]))
  const ask = (order: Order) => {
    const id = ++ids
    const told = new Promise<Measure | undefined>((resolve) => waiting.set(id, resolve))
    child.send({ id, ...order } satisfies Command)
    return inTime(() => `the server is told to ${JSON.stringify(order)}\n${errors}`, Promise.race([told, gone]))
  }
  return {
    ports,
    faults,
    get errors() {
      return errors
    },
    async tell(order) {
      await ask(order)
    },
    measure: async () => (await ask({ do: 'measure' })) as Measure,
    stop() {
      child.kill('SIGKILL')
      return ended
    },
  }
}

const SERVER = fileURLToPath(new URL('child/server.ts', import.meta.url))
