import { defineConfig } from 'downloadview'

export default defineConfig({
  backend: 'litespeed',
  rules: [{ sourceDir: '/srv/media', destinationUrl: '/protected/media/' }],
})
