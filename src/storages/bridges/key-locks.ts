/**
 * Lets saves of one key follow each other, and keeps reads of it apart from them.
 *
 * It knows of this process only: what another one writes at the same time, nobody keeps apart.
 */
export class KeyLocks {
  readonly #queues = new Map<string, Queue>()

  /** Does a piece of work when nothing else is done with the key. */
  exclusive<T>(key: string, work: () => Promise<T>): Promise<T> {
    const queue = this.#queue(key)
    const turn = Promise.all([queue.writer, ...queue.readers])
    const run = this.#run(key, queue, turn, work)
    queue.writer = settled(run)
    queue.readers = []
    return run
  }

  /** Does a piece of work beside others of its kind, and never beside an exclusive one. */
  shared<T>(key: string, work: () => Promise<T>): Promise<T> {
    const queue = this.#queue(key)
    const run = this.#run(key, queue, queue.writer, work)
    queue.readers.push(settled(run))
    return run
  }

  #queue(key: string): Queue {
    const queue = this.#queues.get(key) ?? { writer: Promise.resolve(), readers: [], length: 0 }
    this.#queues.set(key, queue)
    return queue
  }

  async #run<T>(key: string, queue: Queue, turn: Promise<unknown>, work: () => Promise<T>): Promise<T> {
    queue.length += 1
    try {
      await turn
      return await work()
    } finally {
      queue.length -= 1
      if (queue.length === 0) this.#queues.delete(key)
    }
  }
}

interface Queue {
  /** Ends with the last exclusive piece of work. */
  writer: Promise<unknown>
  /** End with the shared ones after it. */
  readers: Promise<unknown>[]
  /** How many pieces of work wait or are being done. */
  length: number
}

/** Who waits for a turn does not care how the one before went. */
function settled(run: Promise<unknown>): Promise<unknown> {
  return run.then(ignore, ignore)
}

function ignore(): void {}
