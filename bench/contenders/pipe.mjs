import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { root, serve } from './lib/contender.mjs'

await serve((req, res) => {
  createReadStream(join(root, req.url))
    .on('error', () => res.destroy())
    .pipe(res)
})
