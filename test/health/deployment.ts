import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express, { type Express } from 'express'
import { toExpressHandler } from '../../src/adapters/express/index.js'
import {
  type CanaryHandlerOptions,
  createCanaryHandler,
  createHealthChecks,
  type HealthChecksOptions,
  type HealthReport,
  type RunOptions,
  writeCanaries,
} from '../../src/health/index.js'
import type { DownloadConfig, Rule } from '../../src/middleware/config.js'
import { type ProxyServer, proxies, startProxy } from '../proxies/servers.js'

/** An application behind a real server, as it was set up or broken for a test. */
export interface Deployed {
  readonly config: DownloadConfig
  /** Address of the server. */
  readonly publicUrl: string
  readonly applicationUrl: string
  /** Path below the folder of the deployment; the files of the first rule are in `files`. */
  path(...names: string[]): string
  check(options?: RunOptions & Partial<HealthChecksOptions>): Promise<HealthReport>
  stopApplication(): Promise<void>
  stopProxy(): Promise<void>
}

/** How a deployment is other than it should be. */
export interface DeployOptions {
  /** Default: nginx. */
  readonly proxy?: ProxyServer | undefined
  /** Rules, given the folder of the deployment. Default: one for its `files`. */
  readonly rules?: ((folder: string) => object[]) | undefined
  /** Changes what "downloadview config" writes. */
  readonly edit?: ((text: string, folder: string) => string) | undefined
  /** What the application is told other than the checks. */
  readonly application?: ((folder: string) => Partial<DownloadConfig>) | undefined
  /** Adds routes before that of the canaries. */
  readonly before?: ((app: Express) => void) | undefined
  readonly canaries?: ((folder: string) => CanaryHandlerOptions) | undefined
  /** Where the canaries are mounted. */
  readonly path?: string | undefined
  /** `false` leaves the canary files out. */
  readonly write?: boolean | undefined
}

/** Deploys, runs a test, and takes everything away again. */
export async function withDeployment(options: DeployOptions, test: (site: Deployed) => Promise<void>): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'downloadview-health-')))
  const stops: (() => Promise<void>)[] = []
  try {
    // The servers have users of their own.
    chmodSync(folder, 0o755)
    mkdirSync(join(folder, 'files'))
    await test(await deploy(folder, options, stops))
  } finally {
    for (const stop of stops) await stop()
    // A test may have closed it, even to us.
    const canaries = join(folder, 'files/downloadview-canary')
    if (existsSync(canaries)) chmodSync(canaries, 0o755)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Replaces a text that must be there: a fault that is not in the configuration would prove nothing. */
export function replaced(text: string, from: string | RegExp, to: string): string {
  const edited = text.replaceAll(from, to)
  if (edited === text) throw new Error(`${from} is not in the configuration:\n${text}`)
  return edited
}

/** The rule of a server for a folder. */
export function ruleFor({ header }: ProxyServer, sourceDir: string, name = 'files'): object {
  return header === 'x-accel-redirect' ? { sourceDir, destinationUrl: `/protected/${name}/` } : { sourceDir }
}

async function deploy(folder: string, options: DeployOptions, stops: (() => Promise<void>)[]): Promise<Deployed> {
  const { proxy = proxies.nginx, edit = (text) => text } = options
  const rules = (options.rules?.(folder) ?? [ruleFor(proxy, join(folder, 'files'))]) as Rule[]
  const draft: DownloadConfig = { backend: proxy.name, rules }
  const canaries = options.canaries?.(folder) ?? {}
  const { storages } = canaries
  const application = await startApplication({ ...draft, ...options.application?.(folder) }, canaries, options)
  stops.push(application.stop)
  const config = { ...draft, server: { application: application.url } }
  if (options.write !== false) await writeCanaries(config, { storages })
  const server = await startProxy({ ...proxy, writeConfig: (each) => edit(proxy.writeConfig(each), folder) }, config)
  // By the name that it was configured for: to another, Caddy answers with nothing.
  const publicUrl = server.origin.replace('127.0.0.1', 'localhost')
  const stopProxy = once(() => server.stop())
  stops.push(stopProxy)
  return {
    config,
    publicUrl: publicUrl,
    applicationUrl: application.url,
    path: (...names) => join(folder, ...names),
    check: ({ all, ...others } = {}) =>
      createHealthChecks({ config, publicUrl: publicUrl, storages, ...others }).run({ all }),
    stopApplication: application.stop,
    stopProxy,
  }
}

async function startApplication(
  config: DownloadConfig,
  canaries: CanaryHandlerOptions,
  { before, path = '/-/downloadview' }: DeployOptions,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const app = express()
  app.get('/up', (_req, res) => void res.status(204).end())
  before?.(app)
  app.get(`${path}/:rule/:name`, toExpressHandler(createCanaryHandler(config, canaries)))
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening))
  })
  const stop = once(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop }
}

function once(stop: () => Promise<void>): () => Promise<void> {
  let stopped: Promise<void> | undefined
  return () => {
    stopped ??= stop()
    return stopped
  }
}
