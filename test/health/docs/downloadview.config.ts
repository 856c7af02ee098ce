import { defineConfig } from 'downloadview'

export default defineConfig({
  backend: 'nginx',
  rules: [{ sourceDir: '/srv/files', destinationUrl: '/protected/files/' }],
  server: { application: 'http://127.0.0.1:3000' },
})
