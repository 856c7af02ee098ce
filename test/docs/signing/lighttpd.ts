import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { FileSystemStorage } from 'downloadview'
import { LighttpdSecdownload, SignedStorage } from 'downloadview/signing'

const signer = new LighttpdSecdownload({
  secrets: [process.env['LINK_SECRET'] ?? ''],
  location: '/media/',
  files: '/srv/media',
})
const media = new FileSystemStorage({ root: '/srv/media', baseUrl: '/media/' })
export const links = new SignedStorage(media, { signer })

// Once, where it is deployed. The first is to be included, the second is run by it.
writeFileSync('links.conf', signer.config({ script: resolve('links.lua') }))
writeFileSync('links.lua', signer.script(), { mode: 0o600 })
