import type { Proof } from './probe.js'
import type { Server } from './server.js'
import { MIB } from './tree.js'
import { resetPeaks, type Usage, usageOf } from './usage.js'
import type { Work } from './works.js'
import { errorsOf, type Load, runWrk, type WrkResult } from './wrk.js'

/** What one contender did in one round. */
export interface Measurement {
  /** Answers in a second. */
  readonly perSecond: number
  /** Microseconds of CPU for one answer, by the kind of process. */
  readonly cpu: Readonly<Record<string, number>>
  /** Bytes of memory at the highest. */
  readonly memory: number
  /** Milliseconds in which half, and 99 of 100, of the answers were there. */
  readonly p50: number
  readonly p99: number
}

/** How long a contender works in a round. Milliseconds. */
export interface Times {
  readonly warmUp: number
  /** Answers that a server has to have given before it is measured, so that its code is compiled. */
  readonly warmAnswers: number
  readonly measured: number
}

/** Puts load on a server and measures what it does, and at what cost. Throws for any wrong answer. */
export async function measure(
  work: Work,
  server: Server,
  proof: Proof,
  times: Times,
  round: number,
): Promise<Measurement> {
  await warmUp(work, server, proof, times, round)
  resetPeaks(server.processes)
  const before = usageOf(server.processes)
  const result = await runWrk(loadOf(work, server, proof, times, round))
  const after = usageOf(server.processes)
  const fault = errorsOf(result) ?? sizeFault(work, result, proof)
  if (fault !== undefined) throw new Error(fault)
  return measurementOf(result, answersOf(work, result, proof), before, after)
}

/** A server that has had its turn before is warm: the time alone is enough. */
async function warmUp(work: Work, server: Server, proof: Proof, times: Times, round: number): Promise<void> {
  const load = warmUpOf(work, server, proof, times, round)
  const isCold = !isLarge(work) && (work.fresh || round === 0)
  const latest = performance.now() + LONGEST_WARM_UP
  let { requests } = await runWrk(load)
  while (isCold && requests < times.warmAnswers && performance.now() < latest) requests += (await runWrk(load)).requests
}

/** Milliseconds. */
const LONGEST_WARM_UP = 5_000

function loadOf(work: Work, { port }: Server, { headers }: Proof, times: Times, round: number): Load {
  const { path, files, connections } = work
  const url = `http://127.0.0.1:${port}${path}`
  // One thread of wrk is slower than what sends large files.
  const threads = isLarge(work) ? 2 : 1
  // Each round begins elsewhere, so that files of the last one come no sooner than others.
  const inTurn = files === undefined ? undefined : { count: files, from: round * 7919 }
  return { url, headers, connections, threads, files: inTurn, milliseconds: lasting(work, times.measured) }
}

/** A server that has just been started warms up its code by other files than those that count. */
function warmUpOf(work: Work, server: Server, proof: Proof, times: Times, round: number): Load {
  const load = { ...loadOf(work, server, proof, times, round), milliseconds: lasting(work, times.warmUp) }
  if (!work.fresh || load.files === undefined) return load
  const { count, from } = load.files
  return { ...load, files: { count, from: from + (count / 2) * STEP } }
}

/** Of `wrk/load.lua`: half of all files later, it is as far from where it began as can be. */
const STEP = 61_803

/** Many connections take a while to open, which would otherwise be all that is measured. */
function lasting({ connections }: Work, milliseconds: number): number {
  return Math.max(milliseconds, connections)
}

/**
 * How many answers were sent. Large ones are under way when the load ends, and have cost something: they are counted by
 * their bytes.
 */
function answersOf(work: Work, { requests, bytes }: WrkResult, { wireBytes }: Proof): number {
  return isLarge(work) ? bytes / wireBytes : requests
}

function isLarge({ expected }: Work): boolean {
  return expected.length >= MIB
}

/** Answers of another size than the one that was looked at are no right answers. */
function sizeFault(work: Work, { requests, bytes }: WrkResult, { wireBytes }: Proof): string | undefined {
  const mean = bytes / requests
  if (isLarge(work) || Math.abs(mean / wireBytes - 1) < 0.5) return undefined
  return `${Math.round(mean)} bytes for each answer in place of ${wireBytes}`
}

function measurementOf({ duration, p50, p99 }: WrkResult, answers: number, before: Usage, after: Usage): Measurement {
  const cpu = Object.entries(after.cpu).map(([name, used]) => [name, (used - (before.cpu[name] ?? 0)) / answers])
  return {
    perSecond: answers / (duration / 1e6),
    cpu: Object.fromEntries(cpu),
    memory: after.memory,
    p50: p50 / 1000,
    p99: p99 / 1000,
  }
}
