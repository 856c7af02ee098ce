import { createServer } from 'node:http'

/** The folder of the files that every contender serves. */
export const root = process.env.BENCH_FILES

/** The address of the server that the contenders for remote files ask; without an ending slash. */
export const origin = process.env.BENCH_ORIGIN

/** Answers requests by a listener of `node:http`, and tells the driver where. */
export async function serve(listener, ...processes) {
  const server = createServer(listener)
  await ready(await listen(server), ...processes)
  return server
}

/** How many connections may wait to be accepted, for all contenders alike: a thousand come at once. */
export const BACKLOG = 4096

/** Lets a server listen on a free port of this machine alone. */
export function listen(server) {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', BACKLOG, () => resolve(server.address().port))
  })
}

/**
 * Tells the driver that requests may come, and which processes their work is done in: `{ name, pid }` each. Default: this
 * one.
 */
export async function ready(port, ...processes) {
  const workers = processes.length > 0 ? processes : [{ name: 'node', pid: process.pid }]
  process.send({ port, processes: workers })
}

// The driver is gone: so is this server, whatever it still holds.
process.once('disconnect', () => process.exit())
