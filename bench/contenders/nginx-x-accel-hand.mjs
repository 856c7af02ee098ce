import { byHand, serveBehindNginx } from './lib/x-accel.mjs'

await serveBehindNginx(byHand)
