import { constants } from 'node:os'
import type { FolderServer } from './server.js'

/**
 * Waits for Ctrl-C, and then until the running downloads have ended: gives the exit code. A second Ctrl-C ends the
 * process at once.
 */
export function endedBySignal(
  server: Pick<FolderServer, 'stop'>,
  say: (line: string) => void,
  exit: (code: number) => void = process.exit,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let askedAt: number | undefined
    const onSignal = (signal: Signal) => {
      if (askedAt === undefined) {
        askedAt = performance.now()
        say(`Ending: running downloads have ${GRACE / 1000} seconds. Ctrl-C again ends at once.`)
        server.stop(GRACE).then((isWhole) => resolve(isWhole ? 0 : 1), reject)
      } else if (performance.now() - askedAt > ECHO) {
        exit(128 + constants.signals[signal])
      }
    }
    for (const signal of SIGNALS) process.on(signal, onSignal)
  })
}

type Signal = (typeof SIGNALS)[number]

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Milliseconds. */
const GRACE = 5000

/** Milliseconds. One Ctrl-C comes twice where npx passes on what the terminal has sent to all of its children. */
const ECHO = 300
