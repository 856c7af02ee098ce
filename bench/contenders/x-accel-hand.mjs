import { serve } from './lib/contender.mjs'
import { byHand } from './lib/x-accel.mjs'

await serve(byHand)
