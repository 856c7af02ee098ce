import { defineConfig } from 'downloadview'

export default defineConfig({
  backend: 'nginx',
  rules: [
    { sourceDir: '/srv/invoices', destinationUrl: '/protected/invoices/' },
    { sourceDir: '/srv/media', destinationUrl: '/protected/media/', limitRate: 1_000_000 },
  ],
  server: { serverName: 'files.example', application: 'http://127.0.0.1:3000' },
})
