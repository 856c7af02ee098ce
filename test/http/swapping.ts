import { rmSync } from 'node:fs'
import { Worker } from 'node:worker_threads'

/**
 * Lets a path be one file, then another, and so on as fast as the disk can, while some work is done.
 *
 * A thread of its own does it, so that it happens also between two steps of the code that is looked at.
 */
export async function whileSwapping(
  door: string,
  files: readonly [string, string],
  work: () => Promise<void>,
): Promise<void> {
  const stopped = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(SWAP, { eval: true, workerData: { door, files, stopped } })
  const ended = new Promise<void>((resolve, reject) => worker.once('exit', () => resolve()).once('error', reject))
  try {
    await new Promise((resolve) => worker.once('online', resolve))
    await work()
  } finally {
    Atomics.store(stopped, 0, 1)
    await ended
    rmSync(door, { force: true })
  }
}

/** Hard links, since a link to a link is that link itself and a link to a FIFO that FIFO. */
const SWAP = `
  const { linkSync, renameSync } = require('node:fs')
  const { door, files, stopped } = require('node:worker_threads').workerData
  for (let round = 0; Atomics.load(stopped, 0) === 0; round++) {
    linkSync(files[round % 2], door + '.next')
    renameSync(door + '.next', door)
  }
`
