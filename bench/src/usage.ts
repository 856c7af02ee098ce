import { readFileSync, writeFileSync } from 'node:fs'
import type { WorkerProcess } from './server.js'

/** What some processes have used, by the kind of process. */
export interface Usage {
  /** Microseconds of CPU since each process began. */
  readonly cpu: Readonly<Record<string, number>>
  /** Bytes of memory at the highest, of all processes together. */
  readonly memory: number
}

/** Reads what processes have used. The kernel counts it, whatever the clock says. */
export function usageOf(processes: readonly WorkerProcess[]): Usage {
  const cpu: Record<string, number> = {}
  let memory = 0
  for (const { name, pid } of processes) {
    cpu[name] = (cpu[name] ?? 0) + cpuOf(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    memory += peakOf(readFileSync(`/proc/${pid}/status`, 'utf8'))
  }
  return { cpu, memory }
}

/** Lets the highest memory begin anew. */
export function resetPeaks(processes: readonly WorkerProcess[]): void {
  for (const { pid } of processes) {
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, '5')
    } catch {
      // Not allowed everywhere: the peak is then that of the whole life of the process.
    }
  }
}

/** Microseconds of CPU of `/proc/PID/stat`: user and system time, all threads. */
export function cpuOf(stat: string): number {
  // The name of the program, in parentheses, may hold spaces and more of these.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user, system] = [fields[11], fields[12]]
  return (Number(user) + Number(system)) * MICROSECONDS_OF_TICK
}

/** Bytes of `VmHWM` in `/proc/PID/status`. */
export function peakOf(status: string): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}

/** The kernel tells times of processes in hundredths of a second (`getconf CLK_TCK`) on all common platforms. */
const MICROSECONDS_OF_TICK = 10_000
