import send from 'send'
import { root, serve } from './lib/contender.mjs'

await serve((req, res) => {
  send(req, req.url, { root }).pipe(res)
})
