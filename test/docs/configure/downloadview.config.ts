import { defineConfig } from 'downloadview'

export default defineConfig({
  // While you develop there is no server in front, and everything is streamed.
  backend: process.env['NODE_ENV'] === 'production' ? 'nginx' : 'none',
  rules: [
    { sourceDir: '/srv/media', destinationUrl: '/protected/media/' },
    { sourceUrl: 'https://cdn.example/', destinationUrl: '/protected/cdn/', backend: 'nginx' },
  ],
  server: { serverName: 'files.example', application: 'http://127.0.0.1:3000' },
  explain: process.env['EXPLAIN_DOWNLOADS'] === '1',
})
