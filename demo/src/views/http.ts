import { FileNotFoundError, HttpDownloadView } from 'downloadview'
import { Router } from 'express'
import type { Site } from '../site.js'

/** Files of other servers. */
export function httpRouter({ otherServer, toExpressHandler }: Site): Router {
  const router = Router()
  const { url, client } = otherServer

  // #region simple_url
  const simpleUrl = HttpDownloadView.asView({ url: `${url}hello-world.txt`, client })
  router.get('/http/simple_url/', toExpressHandler(simpleUrl))
  // #endregion

  // #region avatar_url
  const avatarUrl = HttpDownloadView.asView({ url: `${url}avatar.png`, client, attachment: false })
  router.get('/http/avatar_url/', toExpressHandler(avatarUrl))
  // #endregion

  // #region any_url
  router.get('/http/any_url/', toExpressHandler(AnyUrlView.asView()))
  // #endregion

  return router
}

// #region any_url
/** It has the client that all views have: no address of this machine or of its network is asked. */
class AnyUrlView extends HttpDownloadView {
  override getUrl() {
    const { searchParams } = new URL(this.request.url, 'http://localhost')
    const url = searchParams.get('url')?.trim() ?? ''
    if (!URL.canParse(url)) throw new FileNotFoundError('That is no address.')
    return url
  }
}
// #endregion
