import { resolve } from 'node:path'
import { defineConfig } from 'downloadview'

export default defineConfig({
  backend: 'nginx',
  rules: [{ sourceDir: resolve('protected'), destinationUrl: '/protected/' }],
})
