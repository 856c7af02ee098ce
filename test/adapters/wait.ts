export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** Waits until a number stands still, and gives it. */
export async function settled(read: () => number): Promise<number> {
  for (;;) {
    const before = read()
    await sleep(200)
    if (read() === before) return before
  }
}

/** The least time that something takes of a few times, in milliseconds: what a busy machine adds is not counted. */
export async function fastest(work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < 4; round++) {
    const started = performance.now()
    await work()
    least = Math.min(least, performance.now() - started)
  }
  return least
}

/** A door that a test opens from outside. */
export interface Gate {
  readonly opened: Promise<void>
  open(): void
}

export function createGate(): Gate {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
