import { serve } from './lib/contender.mjs'
import { byDownloadview } from './lib/x-accel.mjs'

await serve(byDownloadview)
