/** A value, or one that is still on its way. */
export type Awaitable<T> = T | Promise<T>

/** Tells whether a value is still on its way. Worth asking where it mostly is not: each `await` costs a turn and memory. */
export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  const mayBe = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return mayBe && 'then' in value && typeof value.then === 'function'
}

/**
 * Calls methods of an object one after the other, each once the one before has its value: at once as long as none has to
 * be waited for.
 */
export function inTurn<This, const M extends Methods<This>>(self: This, methods: M): Awaitable<ResultsOf<M>> {
  const results: unknown[] = []
  for (const method of methods) {
    const result = method.call(self)
    if (isPromise(result)) return afterFirst(self, methods, results, result) as Promise<ResultsOf<M>>
    results.push(result)
  }
  return results as ResultsOf<M>
}

async function afterFirst<This>(
  self: This,
  methods: Methods<This>,
  results: unknown[],
  first: PromiseLike<unknown>,
): Promise<unknown[]> {
  results.push(await first)
  for (const method of methods.slice(results.length)) results.push(await method.call(self))
  return results
}

type Methods<This> = readonly ((this: This) => unknown)[]
type ResultsOf<M extends Methods<never>> = { -readonly [Index in keyof M]: Awaited<ReturnType<M[Index]>> }
