import { createGate } from '../adapters/wait.js'

/**
 * Breaks once the client has read what came before. A Node that meets bytes and a reset at the same moment takes the
 * reset for an end; that is about these clients and not about the server.
 */
export async function* brokenOnceRead(): AsyncGenerator<string> {
  firstRead = createGate()
  yield 'one'
  await firstRead.opened
  throw new Error('Broken on purpose.')
}

/** Tells the last of them that its client has read what came before. */
export function breakIt(): void {
  firstRead.open()
}

let firstRead = createGate()
