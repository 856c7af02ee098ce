import { FileSystemStorage } from 'downloadview'

const storage = new FileSystemStorage({ root: '/srv/media' })
const removed = await storage.removeLeftovers({ olderThan: 24 * 60 * 60 * 1000 })
if (removed > 0) console.log(`${removed} files that were never saved as a whole are gone`)
