import assert from 'node:assert/strict'

/** Waits until something holds. Fails after 20 seconds, which is long for a busy computer as well, or as many as are given. */
export async function eventually(holds: () => boolean | Promise<boolean>, milliseconds = 20_000): Promise<void> {
  const deadline = performance.now() + milliseconds
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, `It did not come to pass: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
