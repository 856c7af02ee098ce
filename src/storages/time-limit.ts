import { timeoutError } from './upstream.js'

/** Whom to wait for, and how long. */
export interface TimeLimit {
  /** Who is asked, for the message of the error. */
  readonly what: string
  /** Milliseconds; `0` waits for ever. */
  readonly timeout: number
  /** Ends the waiting when the client has gone; its reason is then thrown. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Does a piece of work that a signal can end, and ends it when it takes too long or nobody waits any more.
 *
 * It ends for the caller at once, also when the work does not listen. What the work has given is not touched any more.
 */
export async function withinTime<T>(work: (signal: AbortSignal) => Promise<T>, limit: TimeLimit): Promise<T> {
  const { what, timeout, signal } = limit
  signal?.throwIfAborted()
  const controller = new AbortController()
  const late = () => controller.abort(timeoutError(what))
  const timer = startTimer(late, timeout)
  const leave = () => controller.abort(signal?.reason)
  signal?.addEventListener('abort', leave, { once: true })
  try {
    return await Promise.race([work(controller.signal), aborted(controller.signal)])
  } catch (error) {
    controller.signal.throwIfAborted()
    throw error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', leave)
  }
}

/** Starts a timer; none for `0`. */
export function startTimer(work: () => void, milliseconds: number): NodeJS.Timeout | undefined {
  return milliseconds > 0 ? setTimeout(work, Math.min(milliseconds, LONGEST)) : undefined
}

/** Milliseconds, three weeks and a half: with more than that, a timer of Node would end at once. */
const LONGEST = 2 ** 31 - 1

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
