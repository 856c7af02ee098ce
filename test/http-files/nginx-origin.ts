import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** nginx with files of its own, as the other server that a download comes from. */
export interface NginxOrigin {
  readonly origin: string
  /** The folder that it serves. */
  readonly folder: string
  stop(): Promise<void>
}

/** Starts nginx and waits until it answers. */
export async function startNginxOrigin(): Promise<NginxOrigin> {
  const scratch = mkdtempSync(join(tmpdir(), 'downloadview-origin-'))
  const folder = mkdtempSync(join(scratch, 'files-'))
  const port = await freePort()
  const config = join(scratch, 'nginx.conf')
  writeFileSync(config, configuration(scratch, folder, port))
  const child = spawn('nginx', ['-c', config, '-e', join(scratch, 'errors')], { stdio: 'ignore' })
  const origin = `http://127.0.0.1:${port}`
  while (!(await answers(origin))) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}.`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill()
    await ended
    rmSync(scratch, { recursive: true, force: true })
  }
  return { origin, folder, stop }
}

function configuration(scratch: string, folder: string, port: number): string {
  return `
    daemon off;
    worker_processes 1;
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    pid ${scratch}/pid;
    events {}
    http {
      access_log off;
      include /etc/nginx/mime.types;
      default_type application/octet-stream;
      charset utf-8;
      ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${scratch}/${name};`).join('\n')}
      server {
        listen 127.0.0.1:${port};
        root ${folder};
        location ~ \\.gz$ { types { text/plain gz; } add_header Content-Encoding gzip; }
        location = /closed { return 403 "closed: ${folder}"; }
        location /moved/ { rewrite ^/moved/(.*)$ /$1 redirect; }
      }
    }`
}

async function answers(origin: string): Promise<boolean> {
  return fetch(origin).then(
    (reply) => reply.arrayBuffer().then(() => true),
    () => false,
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
