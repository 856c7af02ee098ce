import assert from 'node:assert/strict'
import type { Difference } from './suite.js'

/** HTTP/1.0 knows the end of a body without a length by that of its connection. */
export const LOOKS_WHOLE: Difference = {
  why: 'It ends the connection in good order',
  async expect(app) {
    assert.equal(await app.endingOfBroken(), 'closed')
  },
}
