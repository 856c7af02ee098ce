import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { apacheConfig } from '../../src/middleware/apache/config.js'
import { caddyConfig } from '../../src/middleware/caddy/config.js'
import type { BackendName, DownloadConfig } from '../../src/middleware/config.js'
import { lighttpdConfig } from '../../src/middleware/lighttpd/config.js'
import { nginxConfig } from '../../src/middleware/nginx/config.js'

/** A real server: how it takes the configuration that we write, how it looks at it, and how it is started. */
export interface ProxyServer {
  readonly name: BackendName
  /** The header by which the application hands a file over. */
  readonly header: 'x-accel-redirect' | 'x-sendfile'
  /** Writes the part that its administrator includes. */
  writeConfig(config: DownloadConfig): string
  /** The least of a configuration around that part. Everything that the server writes goes to `folder`. */
  writeMain(folder: string, included: string, port: number): string
  check(main: string, folder: string): Command
  start(main: string, folder: string): Command
}

/** A program, its arguments and what it needs in its environment. */
export type Command = readonly [program: string, args: readonly string[], env?: Readonly<Record<string, string>>]

/** A server that runs. */
export interface RunningProxy {
  readonly origin: string
  /** What it has written of errors. */
  log(): string
  stop(): Promise<void>
}

/** Starts a server in front of an application and waits until the application answers through it. */
export async function startProxy(proxy: ProxyServer, config: DownloadConfig): Promise<RunningProxy> {
  for (let attempt = 1; ; attempt++) {
    const placed = await place(proxy, config)
    const child = launch(proxy.start(placed.main, placed.folder), placed.errors)
    if (await answers(placed.port, child)) return running(child, placed)
    const log = placed.log()
    await stop(child, placed)
    // Between our look for a free port and the server's start another program may have taken it.
    if (!/address already in use|could not bind|can't bind/i.test(log) || attempt === 3) {
      throw new Error(`${proxy.name} did not start:\n${log}`)
    }
  }
}

/** Lets a server look at the configuration by itself, and gives what it says against it; empty when it is content. */
export async function checkConfig(proxy: ProxyServer, config: DownloadConfig): Promise<string> {
  const { main, folder } = await place(proxy, config)
  try {
    const [program, args, env] = proxy.check(main, folder)
    const { status, stdout, stderr, error } = spawnSync(program, args, { env: environment(env), encoding: 'utf8' })
    return status === 0 ? '' : `${error ?? ''}\n${stdout}\n${stderr}`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const nginx: ProxyServer = {
  name: 'nginx',
  header: 'x-accel-redirect',
  writeConfig: nginxConfig,
  writeMain: (folder, included) => `
    daemon off;
    worker_processes 1;
    ${isRoot() ? 'user www-data;' : ''}
    pid ${folder}/pid;
    error_log ${folder}/errors info;
    events {}
    http {
      access_log off;
      include /etc/nginx/mime.types;
      default_type application/octet-stream;
      client_body_temp_path ${folder}/bodies;
      proxy_temp_path ${folder}/proxied;
      fastcgi_temp_path ${folder}/fastcgi;
      uwsgi_temp_path ${folder}/uwsgi;
      scgi_temp_path ${folder}/scgi;
      include ${included};
    }`,
  check: (main, folder) => ['nginx', ['-t', '-c', main, '-e', `${folder}/errors`]],
  start: (main, folder) => ['nginx', ['-c', main, '-e', `${folder}/errors`]],
}

const apache: ProxyServer = {
  name: 'apache',
  header: 'x-sendfile',
  writeConfig: apacheConfig,
  writeMain: (folder, included) => `
    ServerRoot /etc/apache2
    PidFile ${folder}/pid
    DefaultRuntimeDir ${folder}
    ServerName localhost
    User www-data
    Group www-data
    ${APACHE_MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
    TypesConfig /etc/mime.types
    ErrorLog ${folder}/errors
    DocumentRoot ${folder}
    Include ${included}`,
  check: (main) => ['apache2', ['-t', '-f', main]],
  start: (main) => ['apache2', ['-DFOREGROUND', '-f', main]],
}

const APACHE_MODULES = ['mpm_event', 'authz_core', 'mime', 'proxy', 'proxy_http', 'headers', 'xsendfile']

const lighttpd: ProxyServer = {
  name: 'lighttpd',
  header: 'x-sendfile',
  writeConfig: lighttpdConfig,
  writeMain: (folder, included, port) => `
    server.bind = "127.0.0.1"
    server.port = ${port}
    server.document-root = "${folder}"
    server.errorlog = "${folder}/errors"
    server.upload-dirs = ( "${folder}" )
    include "${included}"`,
  check: (main) => ['lighttpd', ['-tt', '-f', main]],
  start: (main) => ['lighttpd', ['-D', '-f', main]],
}

const caddy: ProxyServer = {
  name: 'caddy',
  header: 'x-accel-redirect',
  writeConfig: caddyConfig,
  writeMain: (_folder, included) => `
    {
      admin off
      auto_https off
    }
    import ${included}`,
  check: (main, folder) => ['caddy', ['validate', '--config', main, '--adapter', 'caddyfile'], home(folder)],
  start: (main, folder) => ['caddy', ['run', '--config', main, '--adapter', 'caddyfile'], home(folder)],
}

/** Every server that we write a configuration for and that runs here. LiteSpeed is not free. */
export const proxies = { nginx, apache, lighttpd, caddy }

interface Placed {
  readonly folder: string
  readonly main: string
  readonly port: number
  readonly errors: string
  log(): string
}

/** Writes the configuration files into a folder of their own. */
async function place(proxy: ProxyServer, config: DownloadConfig): Promise<Placed> {
  const folder = mkdtempSync(join(tmpdir(), `downloadview-${proxy.name}-`))
  chmodSync(folder, 0o755)
  for (const name of ['data', 'config']) mkdirSync(join(folder, name))
  const port = await freePort()
  const included = join(folder, 'downloadview.conf')
  const main = join(folder, 'main.conf')
  const errors = join(folder, 'errors')
  const server = { serverName: 'localhost', ...config.server, listen: `127.0.0.1:${port}` }
  writeFileSync(included, proxy.writeConfig({ ...config, server }))
  writeFileSync(main, proxy.writeMain(folder, included, port))
  return { folder, main, port, errors, log: () => (existsSync(errors) ? readFileSync(errors, 'utf8') : '') }
}

/** Starts a program in the foreground. What it prints goes where it also logs errors. */
function launch([program, args, env]: Command, errors: string): ChildProcess {
  const child = spawn(program, args, { env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => writeFileSync(errors, text, { flag: 'a' }))
  }
  child.on('error', (error) => writeFileSync(errors, String(error), { flag: 'a' }))
  return child
}

function running(child: ChildProcess, placed: Placed): RunningProxy {
  // A test process that is ended from outside must not leave its server behind.
  const kill = () => child.kill()
  process.once('exit', kill)
  return {
    origin: `http://127.0.0.1:${placed.port}`,
    log: placed.log,
    async stop() {
      process.off('exit', kill)
      await stop(child, placed)
    },
  }
}

async function stop(child: ChildProcess, { folder }: Placed): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const closed = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGTERM')
    await closed
  }
  rmSync(folder, { recursive: true, force: true })
}

const PATIENCE = 15_000

async function answers(port: number, child: ChildProcess): Promise<boolean> {
  for (const end = Date.now() + PATIENCE; Date.now() < end && child.exitCode === null && child.pid !== undefined; ) {
    if (await isUp(port)) return true
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return false
}

/** A server that is up before its application is reached answers 502 or 503; that is not enough. */
function isUp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const options = {
      host: '127.0.0.1',
      port,
      path: '/up',
      headers: { Host: 'localhost' },
      agent: false,
      timeout: 5000,
    }
    request(options, (reply) => {
      reply.resume()
      resolve(reply.statusCode === 204)
    })
      .on('error', () => resolve(false))
      .end()
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function environment(env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, ...env }
}

function home(folder: string): Record<string, string> {
  return { HOME: folder, XDG_DATA_HOME: `${folder}/data`, XDG_CONFIG_HOME: `${folder}/config` }
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}
