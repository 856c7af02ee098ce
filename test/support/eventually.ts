import assert from 'node:assert/strict'

/** Waits until something holds; fails after five seconds, which is long for a computer, or after as many as are given. */
export async function eventually(holds: () => boolean | Promise<boolean>, milliseconds = 5000): Promise<void> {
  const deadline = performance.now() + milliseconds
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, `It did not come to pass: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
