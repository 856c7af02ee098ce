import { HttpClient, HttpDownloadView } from 'downloadview'
import { toNodeHandler } from 'downloadview/node'
import { origin, serve } from './lib/contender.mjs'

class RemoteView extends HttpDownloadView {
  client = client

  getUrl() {
    return `${origin}/${this.params.path}`
  }
}

const client = new HttpClient({ allowedHosts: [new URL(origin).host] })
await serve(toNodeHandler(RemoteView.asView(), { route: '/*path' }))
