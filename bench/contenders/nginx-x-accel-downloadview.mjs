import { byDownloadview, serveBehindNginx } from './lib/x-accel.mjs'

await serveBehindNginx(byDownloadview)
