import { once } from 'node:events'
import { serve } from './lib/contender.mjs'
import { madeFor } from './lib/generated.mjs'

const HEADERS = {
  'Content-Type': 'application/octet-stream',
  'Content-Disposition': 'attachment; filename="report.bin"',
}

await serve(async (req, res) => {
  const { piece, count } = madeFor(req.url.slice(1))
  res.writeHead(200, HEADERS)
  for (let sent = 0; sent < count; sent++) {
    // For a client that has gone this never comes, and the loop is collected along with the response.
    if (!res.write(piece)) await once(res, 'drain')
  }
  res.end()
})
