import sirv from 'sirv'
import { root, serve } from './lib/contender.mjs'

await serve(sirv(root, { etag: true }))
