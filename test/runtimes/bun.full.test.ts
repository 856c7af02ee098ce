import assert from 'node:assert/strict'
import { BIG } from '../adapters/fixtures.js'
import { installRuntime } from '../support/runtimes.js'
import { testRuntime } from './suite.js'

testRuntime('Bun', async () => [await installRuntime('bun')], {
  fetch: {
    'a file larger than any buffer comes whole': {
      why: 'It comes whole in chunks, and only HEAD and ranges tell its length',
      async expect(app) {
        const reply = await app.ask('/files/big.bin')
        assert.equal(reply.framing, 'chunked')
        assert.ok(reply.isComplete && reply.body.equals(BIG), 'The bytes differ.')
        assert.equal((await app.ask('/files/big.bin', { method: 'HEAD' })).get('Content-Length'), String(BIG.length))
        const range = await app.ask('/files/big.bin', { headers: { Range: 'bytes=0-699999' } })
        assert.equal(range.get('Content-Range'), `bytes 0-699999/${BIG.length}`)
      },
    },
    'a generator is sent to its end, without a length': {
      why: 'One that ends at once is sent with a length',
      async expect(app) {
        const reply = await app.ask('/made/generated')
        assert.equal(reply.body.toString(), 'one two three')
        assert.equal(reply.get('Content-Length'), '13')
      },
    },
    'a body that breaks off before its length never looks whole': {
      why: 'It has no length, and breaks off between chunks',
      async expect(app) {
        const reply = await app.ask('/made/broken-sized')
        assert.equal(reply.framing, 'chunked')
        assert.ok(!reply.isComplete, 'The body looks whole.')
      },
    },
  },
})
