import { cpus, release, totalmem, type } from 'node:os'

/** What figures were taken on. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memory: string
  readonly kernel: string
  readonly node: string
}

export function thisMachine(): Machine {
  const all = cpus()
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    // What a vendor adds to it may name the machine.
    kernel: `${type()} ${release().split('-', 1)[0]}`,
    node: process.versions.node,
  }
}
