import { createServer } from 'node:http'
import { basename } from 'node:path'
import { XAccelRedirectMiddleware } from 'downloadview/nginx'
import { toNodeHandler } from 'downloadview/node'
import { listen, ready, root } from './contender.mjs'
import { files } from './downloads.mjs'
import { startNginx } from './nginx.mjs'

/** Our view, handed over to nginx. */
export const byDownloadview = toNodeHandler(files, {
  route: '/*path',
  middleware: new XAccelRedirectMiddleware({ sourceDir: root, destinationUrl: '/protected/' }),
})

/** What one writes by hand for the same: no look at the file, no conditions. */
export function byHand(req, res) {
  res.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename="${basename(req.url)}"`,
    'X-Accel-Redirect': `/protected${req.url}`,
  })
  res.end()
}

/** Puts nginx in front of a listener, and measures both. */
export async function serveBehindNginx(listener) {
  const port = await listen(createServer({ keepAliveTimeout: 60_000 }, listener))
  const nginx = await startNginx(
    `
    location / {
      proxy_pass http://application;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
    location /protected/ { internal; alias ${root}/; }`,
    `upstream application { server 127.0.0.1:${port}; keepalive 256; }`,
  )
  await ready(nginx.port, { name: 'node', pid: process.pid }, nginx.process)
}
