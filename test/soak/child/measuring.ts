import type { EventEmitter } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { Measure } from '../measure.js'

/** Measures this process; it has to run with `--expose-gc`. */
export async function measureProcess(emitters: readonly EventEmitter[]): Promise<Measure> {
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.()
    // What was collected may be let go of only in a later turn.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return {
    descriptors: countDescriptors(),
    handles: count(activeHandles().map((handle) => handle.constructor.name)),
    listeners: countListeners([process, ...emitters]),
    heap: heapUsed,
    external,
    rss,
    isNative: /downloadview_sender\.node|native\/linux-\w+\.node/.test(readFileSync('/proc/self/maps', 'utf8')),
  }
}

/** Not documented, and nothing else tells of handles that are not referenced. */
function activeHandles(): object[] {
  return (process as unknown as { _getActiveHandles(): object[] })._getActiveHandles()
}

function countDescriptors(): Record<string, number> {
  return count(
    readdirSync('/proc/self/fd').flatMap((descriptor) => {
      try {
        const target = readlinkSync(`/proc/self/fd/${descriptor}`)
        return target.startsWith('/') ? (/^\/(dev|proc)\//.test(target) ? 'device' : 'file') : target.replace(/:.*/, '')
      } catch {
        // That of the listing itself.
        return []
      }
    }),
  )
}

function countListeners(emitters: readonly EventEmitter[]): Record<string, number> {
  const events = emitters.flatMap((emitter) =>
    emitter.eventNames().flatMap((event) => new Array<string>(emitter.listenerCount(event)).fill(String(event))),
  )
  return count(events)
}

function count(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
