import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { DownloadConfig } from 'downloadview'
import { programOf, SERVERS, type ServerName } from './servers.js'

export interface ProxyOptions {
  readonly server: ServerName
  /** Folder for its configuration and whatever it writes. What was there before is removed. */
  readonly folder: string
  readonly port: number
  readonly config: DownloadConfig
  /** Ends the wait for a server that is still starting. */
  readonly signal: AbortSignal
}

/** A server that runs in front of the demo. */
export interface RunningProxy {
  /** Rejects, with what the server wrote, when it ends without having been asked to. */
  readonly failed: Promise<never>
  stop(): Promise<void>
}

/** Starts a server, and waits until it sends a file that is handed over to it. */
export async function startProxy(options: ProxyOptions): Promise<RunningProxy> {
  const { server, folder } = options
  const child = spawnServer(programOf(server), await writeConfig(options), options)
  const ended = once(child, 'exit')
  // Without a listener, a program that cannot be run would end the demo with a stack.
  ended.catch(() => undefined)
  const failed = ended.then(async () => {
    throw new Error(`${server} has ended. It wrote:\n${await errorsOf(folder)}`)
  })
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null && child.kill()) await ended
  }
  // A server that has ended is not waited for any more.
  const waiting = new AbortController()
  failed.catch(() => waiting.abort())
  try {
    const signal = AbortSignal.any([options.signal, waiting.signal])
    await Promise.race([untilReady({ ...options, signal }), failed])
    return { failed, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function writeConfig({ server, folder, port, config }: ProxyOptions): Promise<string> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const { write, writeMain } = SERVERS[server]
  const [main, included] = [join(folder, 'main.conf'), join(folder, 'downloadview.conf')]
  await writeFile(included, write(config))
  await writeFile(main, writeMain({ folder, included, port }))
  return main
}

function spawnServer(program: string, main: string, { server, folder }: ProxyOptions): ChildProcess {
  const errors = openSync(join(folder, 'errors'), 'a')
  try {
    return spawn(program, SERVERS[server].args(main), {
      stdio: ['ignore', errors, errors],
      // Caddy keeps things below these.
      env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    })
  } finally {
    closeSync(errors)
  }
}

async function untilReady({ server, port, folder, signal }: ProxyOptions): Promise<void> {
  while (!signal.aborted) {
    // This one is handed over; so it also shows that the server may read the files.
    const status = await statusOf(`http://127.0.0.1:${port}/path/static-path/`)
    if (status === 200) return
    if (status !== undefined) {
      const hint = 'It must be allowed to read the folder of the demo, and to pass all folders above it.'
      throw new Error(`${server} answers ${status} for a file. ${hint} It wrote:\n${await errorsOf(folder)}`)
    }
    await setTimeout(50)
  }
}

/** `undefined` when nobody listens yet. */
async function statusOf(url: string): Promise<number | undefined> {
  try {
    const { status, body } = await fetch(url)
    await body?.cancel()
    return status
  } catch {
    return undefined
  }
}

async function errorsOf(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'errors'), 'utf8')
  return text.trim() || '(nothing)'
}
