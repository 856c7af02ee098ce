import { defineConfig } from 'downloadview'

export default defineConfig({
  backend: 'nginx',
  rules: [
    {
      // The volume as the application sees it, and as nginx sees it.
      sourceDir: '/data/media',
      files: '/usr/share/media',
      destinationUrl: '/protected/media/',
    },
  ],
  server: { listen: '80', application: 'http://app:3000' },
})
