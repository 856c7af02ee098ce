import assert from 'node:assert/strict'

/** Waits until something holds. Fails when it does not within so many milliseconds, which are long for a busy computer as well. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  { within = 20_000, what = String(holds) } = {},
): Promise<void> {
  const deadline = performance.now() + within
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, `It did not come to pass within ${within} ms. ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
