import { ready, root } from './lib/contender.mjs'
import { startNginx } from './lib/nginx.mjs'

const nginx = await startNginx(`root ${root};`)
await ready(nginx.port, nginx.process)
