import { writeFileSync } from 'node:fs'
import { FileSystemStorage } from 'downloadview'
import { NginxSecureLink, SignedStorage } from 'downloadview/signing'

const signer = new NginxSecureLink({
  secrets: [process.env['LINK_SECRET'] ?? ''],
  location: '/media/',
  files: '/srv/media',
})
const media = new FileSystemStorage({ root: '/srv/media', baseUrl: '/media/' })
export const links = new SignedStorage(media, { signer, link: { disposition: 'attachment' } })

// Once, where it is deployed. The file is for a `server` block: include links.conf;
writeFileSync('links.conf', signer.config(), { mode: 0o600 })
