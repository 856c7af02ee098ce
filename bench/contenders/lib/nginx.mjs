import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { listen } from './contender.mjs'

/** Starts nginx with one worker and some locations. It ends with this process. Gives its port and its worker. */
export async function startNginx(locations, upstream = '') {
  const folder = mkdtempSync(join(tmpdir(), 'downloadview-bench-nginx-'))
  const port = await freePort()
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port, locations, upstream))
  const nginx = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], { stdio: 'ignore' })
  endWithDriver(nginx, folder)
  await answering(port, nginx)
  const [worker] = readFileSync(`/proc/${nginx.pid}/task/${nginx.pid}/children`, 'utf8').trim().split(' ')
  return { port, process: { name: 'nginx', pid: Number(worker) } }
}

function configuration(folder, port, locations, upstream) {
  return `
daemon off;
worker_processes 1;
${userInfo().uid === 0 ? `user ${userInfo().username};` : ''}
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  # Every contender keeps its connections.
  keepalive_requests 1000000000;
  default_type application/octet-stream;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  ${upstream}
  server {
    listen 127.0.0.1:${port} backlog=4096;
    ${locations}
  }
}`
}

/** There is no way to have nginx choose a port and tell which. */
async function freePort() {
  const server = createServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

function endWithDriver(nginx, folder) {
  process.removeAllListeners('disconnect')
  process.once('disconnect', () => nginx.kill('SIGTERM'))
  nginx.once('error', ({ message }) => {
    console.error(`nginx did not start: ${message}`)
    process.exit(1)
  })
  nginx.once('exit', () => {
    rmSync(folder, { recursive: true, force: true })
    process.exit()
  })
}

async function answering(port, nginx) {
  while (nginx.exitCode === null && !(await answers(port))) await delay(20)
}

function answers(port) {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/', agent: false }, (answer) => {
      answer.resume()
      resolve(true)
    })
    request.once('error', () => resolve(false))
  })
}
