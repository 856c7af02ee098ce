import { defineConfig } from 'downloadview'

export default defineConfig({
  backend: 'nginx',
  rules: [{ sourceDir: '/srv/media', destinationUrl: '/protected/media/' }],
  server: { listen: '80', serverName: 'files.example', application: 'http://127.0.0.1:3000' },
})
