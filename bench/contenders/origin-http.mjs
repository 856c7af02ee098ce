import { serve } from './lib/contender.mjs'
import { held } from './lib/held.mjs'

await serve((req, res) => {
  const file = held(req.url.slice(1))
  if (file === undefined) return res.writeHead(404).end()
  res.writeHead(200, { ...file.headers, 'Accept-Ranges': 'bytes' })
  res.end(req.method === 'HEAD' ? undefined : file.bytes)
})
