import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseCommandLine } from './command-line.js'
import { removeData } from './data-folder.js'
import { createDemo, type Demo, type DemoOptions } from './demo.js'
import { type Front, frontConfig } from './downloadview.config.js'
import { programOf, type ServerName } from './proxy/servers.js'
import { startProxy } from './proxy/start.js'
import { addressOf, findPort, listen, stop } from './server.js'

const DATA_FOLDER = fileURLToPath(new URL('../data', import.meta.url))

/** Runs the site until somebody stops it. */
async function main(): Promise<void> {
  const { port, reset, databaseUrl, bucket, proxy } = parseCommandLine(process.argv.slice(2), process.env)
  const stopping = stopSignal()
  // A server that is missing, and a port that is taken, are told at once and before any data is touched.
  if (proxy !== undefined) programOf(proxy)
  const publicPort = proxy && (await findPort(port))
  const server = createServer((request, response) => {
    demo.then(({ app }) => app(request, response)).catch(() => response.destroy())
  })
  await listen(server, proxy ? 0 : port)
  const front = proxy && publicPort ? { server: proxy, port: publicPort, applicationUrl: addressOf(server) } : undefined
  const demo = open(reset, { dataFolder: DATA_FOLDER, databaseUrl, bucket, front })
  try {
    await demo
    if (front) await runBehind(front, bucket === undefined, stopping)
    else if (!stopping.aborted) {
      console.log(`downloadview demo: ${addressOf(server)}`)
      await once(stopping, 'abort')
    }
  } finally {
    await stop(server)
    await demo.then(({ close }) => close())
  }
}

/** Starts the server in front, and stays until the demo is to stop. */
async function runBehind(front: Front & { server: ServerName }, hasLibrary: boolean, stopping: AbortSignal) {
  const config = frontConfig(front, { dataFolder: DATA_FOLDER, hasLibrary })
  const proxy = await startProxy({ ...front, config, folder: join(DATA_FOLDER, 'proxy'), signal: stopping })
  try {
    if (stopping.aborted) return
    console.log(`downloadview demo: http://127.0.0.1:${front.port}/ with ${front.server} in front`)
    await Promise.race([once(stopping, 'abort'), proxy.failed])
  } finally {
    await proxy.stop()
  }
}

async function open(reset: boolean, options: DemoOptions): Promise<Demo> {
  if (reset) await removeData(DATA_FOLDER)
  return createDemo(options)
}

/** Aborts when the demo is to stop. A database that is still being set up is then closed, and not cut off. */
function stopSignal(): AbortSignal {
  const controller = new AbortController()
  // Once: a second Ctrl-C ends the process the hard way.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => controller.abort())
  return controller.signal
}

main().catch((error: unknown) => {
  console.error(`downloadview demo: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
})
