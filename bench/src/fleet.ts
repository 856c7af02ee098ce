import type { Contender } from './contenders.js'
import { type Server, startFile } from './server.js'

/** The servers that are running: each contender once, whatever number of works it does. */
export class Fleet {
  readonly #root: string
  readonly #servers = new Map<string, Promise<Server>>()

  /** @param root The folder of the files. */
  constructor(root: string) {
    this.#root = root
  }

  /** Gives a running contender. */
  server(contender: Contender, origin?: string): Promise<Server> {
    return this.#once(contender.name, () => this.start(contender, origin))
  }

  /** Starts a contender anew, for the caller to stop. */
  async start({ name, file = name, env }: Contender, origin?: string): Promise<Server> {
    const asked = origin === undefined ? undefined : await this.#origin(origin)
    const address = asked === undefined ? {} : { BENCH_ORIGIN: `http://127.0.0.1:${asked.port}` }
    return startFile(file, { ...this.#environment(), ...address, ...env })
  }

  async stop(): Promise<void> {
    const servers = await Promise.allSettled(this.#servers.values())
    await Promise.all(servers.map((each) => (each.status === 'fulfilled' ? each.value.stop() : undefined)))
  }

  #origin(file: string): Promise<Server> {
    return this.#once(file, () => startFile(file, this.#environment()))
  }

  #once(name: string, start: () => Promise<Server>): Promise<Server> {
    const server = this.#servers.get(name) ?? start()
    this.#servers.set(name, server)
    return server
  }

  #environment(): Record<string, string> {
    return { BENCH_FILES: this.#root }
  }
}
