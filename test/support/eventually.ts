import assert from 'node:assert/strict'

/** Waits until something holds; fails after five seconds, which is long for a computer. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 5000
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, `It did not come to pass: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
