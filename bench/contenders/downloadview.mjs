import { toNodeHandler } from 'downloadview/node'
import { serve } from './lib/contender.mjs'
import { files } from './lib/downloads.mjs'

await serve(toNodeHandler(files, { route: '/*path' }))
