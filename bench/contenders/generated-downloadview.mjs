import { VirtualDownloadView, VirtualFile } from 'downloadview'
import { toNodeHandler } from 'downloadview/node'
import { serve } from './lib/contender.mjs'
import { madeFor } from './lib/generated.mjs'

class GeneratedView extends VirtualDownloadView {
  getFile() {
    const { piece, count } = madeFor(this.params.name)
    return new VirtualFile(() => pieces(piece, count), { name: 'report.bin' })
  }
}

async function* pieces(piece, count) {
  for (let sent = 0; sent < count; sent++) yield piece
}

await serve(toNodeHandler(GeneratedView.asView(), { route: '/:name' }))
