/** What a process holds. */
export interface Measure {
  /** Open descriptors by kind. */
  readonly descriptors: Readonly<Record<string, number>>
  /** What keeps the event loop going, by class. */
  readonly handles: Readonly<Record<string, number>>
  /** Listeners of the process and of its servers, by event. */
  readonly listeners: Readonly<Record<string, number>>
  /** Bytes of the heap in use, after a full collection. */
  readonly heap: number
  /** Bytes outside the heap that belong to objects in it: buffers. */
  readonly external: number
  /** Bytes of the process in memory. */
  readonly rss: number
  /** Tells whether the native sender is loaded. */
  readonly isNative: boolean
}

/** Bytes by which a process may hold more in the end than at base. */
export const MARGINS = {
  heap: 8 * 1024 * 1024,
  external: 12 * 1024 * 1024,
  rss: 64 * 1024 * 1024,
} as const

/** Says what a process still holds in the end that it did not hold at base. */
export function leftovers(base: Measure, end: Measure): string[] {
  const found: string[] = []
  for (const kind of ['descriptors', 'handles', 'listeners'] as const) {
    for (const name of new Set([...Object.keys(base[kind]), ...Object.keys(end[kind])])) {
      const [before = 0, after = 0] = [base[kind][name], end[kind][name]]
      if (after > before) found.push(`${kind} of "${name}": ${before} at base, ${after} in the end`)
    }
  }
  for (const kind of ['heap', 'external', 'rss'] as const) {
    const grown = end[kind] - base[kind]
    if (grown > MARGINS[kind])
      found.push(`${kind}: ${megabytes(base[kind])} at base, ${megabytes(end[kind])} in the end`)
  }
  return found
}

export function describeMeasure({ descriptors, handles, listeners, heap, external, rss }: Measure): string {
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, each) => all + each, 0)
  return `${sum(descriptors)} descriptors (${JSON.stringify(descriptors)}), ${sum(handles)} handles, ${sum(
    listeners,
  )} listeners, heap ${megabytes(heap)}, external ${megabytes(external)}, RSS ${megabytes(rss)}`
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}
