import { defineConfig } from 'downloadview'

export default defineConfig({
  backend: 'nginx',
  rules: [
    {
      sourceUrl: 'https://media.s3.eu-central-1.amazonaws.com/',
      destinationUrl: '/protected/media/',
      presigned: true,
    },
  ],
})
