import { FileSystemStorage, StorageDownloadView } from 'downloadview'
import * as apache from 'downloadview/apache'
import * as caddy from 'downloadview/caddy'
import { toExpressHandler } from 'downloadview/express'
import * as lighttpd from 'downloadview/lighttpd'
import * as litespeed from 'downloadview/litespeed'
import * as nginx from 'downloadview/nginx'
import express from 'express'

const media = new FileSystemStorage({ root: '/srv/media', baseUrl: '/media/' })
const view = StorageDownloadView.asView({ storage: media })

export const app = express()

// #region nginx
const byNginx = nginx.xAccelRedirect(view, { sourceUrl: '/media/', destinationUrl: '/protected/media/' })
app.get('/media/*path', toExpressHandler(byNginx))
// #endregion

// #region apache
const byApache = apache.xSendfile(view, { sourceDir: '/srv/media' })
app.get('/media/*path', toExpressHandler(byApache))
// #endregion

// #region lighttpd
const byLighttpd = lighttpd.xSendfile(view, { sourceDir: '/srv/media' })
app.get('/media/*path', toExpressHandler(byLighttpd))
// #endregion

// #region caddy
const byCaddy = caddy.xAccelRedirect(view, { sourceUrl: '/media/', destinationUrl: '/protected/media/' })
app.get('/media/*path', toExpressHandler(byCaddy))
// #endregion

// #region litespeed
const byLiteSpeed = litespeed.xLiteSpeedLocation(view, { sourceUrl: '/media/', destinationUrl: '/protected/media/' })
app.get('/media/*path', toExpressHandler(byLiteSpeed))
// #endregion
