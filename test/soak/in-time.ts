/** What the soak finds wrong, in one sentence. */
export class SoakFailure extends Error {
  override readonly name = 'SoakFailure'
}

/** Milliseconds after which whatever was waited for is a failure: much longer than a busy computer takes. */
export const LONGEST = 60_000

/** Waits for something, but not for ever: what takes too long is given up, and the failure says what it was. */
export async function inTime<T>(
  what: () => string,
  work: PromiseLike<T>,
  giveUp: () => void = () => undefined,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new SoakFailure(`This took more than ${LONGEST / 1000} s: ${what()}`))
      giveUp()
    }, LONGEST)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
