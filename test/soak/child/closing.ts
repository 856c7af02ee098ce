import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toNodeHandler } from '../../../src/adapters/node/index.js'
import { configureOpenFileCache } from '../../../src/storages/disk/open-files.js'
import { PathDownloadView } from '../../../src/views/path.js'

configureOpenFileCache({ sendfile: process.env['DOWNLOADVIEW_NATIVE'] !== '0' })

// A server that ends as docs/soak.md says, and by nothing else. Its arguments are its folder and how long downloads may
// take once it was told to end, in milliseconds.

const [, , root = '', limit = '0'] = process.argv
const server = createServer(toNodeHandler(PathDownloadView.asView({ root }), { route: '/*path' }))
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))

// #region end
process.once('SIGTERM', () => {
  server.close(() => console.log('closed'))
  setTimeout(() => server.closeAllConnections(), Number(limit)).unref()
})
// #endregion
