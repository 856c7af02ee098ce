import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** What a name becomes: a symbolic link to a path, another name of a file, or a new file, so that the one before is gone. */
export type Turn = { readonly symlink: string } | { readonly link: string } | { readonly content: string }

/**
 * Lets one name mean two things in turn, as fast as it can, from a thread of its own; there is always one.
 *
 * Gives back what ends it.
 */
export function startSwapping(name: string, turns: readonly [Turn, Turn]): Promise<() => Promise<void>> {
  return start(
    `({ name, turns }, round) => {
      const { symlink, link, content } = turns[round % 2]
      const fresh = name + '.' + round
      if (symlink) symlinkSync(symlink, fresh)
      else if (link) linkSync(link, fresh)
      else writeFileSync(fresh, content)
      renameSync(fresh, name)
    }`,
    { name, turns },
  )
}

/**
 * Lets two names change places, as fast as it can, from a thread of its own; for an instant one of them is missing.
 *
 * Gives back what ends it.
 */
export function startExchanging(one: string, other: string): Promise<() => Promise<void>> {
  return start(
    `({ one, other }) => {
      renameSync(one, one + '.aside')
      renameSync(other, one)
      renameSync(one + '.aside', other)
    }`,
    { one, other },
  )
}

async function start(turn: string, data: object): Promise<() => Promise<void>> {
  const worker = new Worker(
    `
    const { linkSync, renameSync, symlinkSync, writeFileSync } = require('node:fs')
    const { parentPort, workerData } = require('node:worker_threads')
    const turn = ${turn}
    let round = 0
    function go() {
      for (let count = 0; count < 400; count++) turn(workerData, round++)
      setImmediate(go)
    }
    go()
    parentPort.postMessage('started')
    `,
    { eval: true, workerData: data },
  )
  await once(worker, 'message')
  return async () => {
    await worker.terminate()
  }
}
