import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { parseCommandLine } from './command-line.js'
import { removeData } from './data-folder.js'
import { createDemo, type Demo } from './demo.js'
import { addressOf, listen, stop } from './server.js'

const DATA_FOLDER = fileURLToPath(new URL('../data', import.meta.url))

/** Runs the site until somebody stops it. */
async function main(): Promise<void> {
  const { port, reset, databaseUrl } = parseCommandLine(process.argv.slice(2), process.env)
  const stopping = stopSignal()
  const server = createServer((request, response) => {
    demo.then(({ app }) => app(request, response)).catch(() => response.destroy())
  })
  // The port comes first: who starts the demo twice is told so at once, and before any data is touched.
  await listen(server, port)
  const demo = open(reset, databaseUrl)
  try {
    await demo
    if (!stopping.aborted) {
      console.log(`downloadview demo: ${addressOf(server)}`)
      await once(stopping, 'abort')
    }
  } finally {
    await stop(server)
    await demo.then(({ close }) => close())
  }
}

async function open(reset: boolean, databaseUrl: string | undefined): Promise<Demo> {
  if (reset) await removeData(DATA_FOLDER)
  return createDemo({ dataFolder: DATA_FOLDER, databaseUrl })
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
