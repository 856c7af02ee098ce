import { fileURLToPath } from 'node:url'
import { PathDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import { Router } from 'express'

/** Style sheet, script, icon and fonts of the pages: downloads like any other. */
export const assetsRouter = Router()

const assets = PathDownloadView.asView({
  root: fileURLToPath(new URL('../../assets', import.meta.url)),
  attachment: false,
  cacheControl: 'no-cache',
})

assetsRouter.get('/assets/*path', toExpressHandler(assets))
