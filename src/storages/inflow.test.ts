import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { Inflow } from './inflow.js'

const PIECE = Buffer.alloc(64 * 1024)

describe('bytes that come by themselves', () => {
  test('are had at once where they are there, and waited for where they are not', async () => {
    const { inflow } = source()
    inflow.push(Buffer.from('one'))
    assert.equal(String(inflow.take()), 'one')
    assert.equal(inflow.take(), undefined)
    const next = inflow.next()
    inflow.push(Buffer.from('two'))
    assert.equal(String(await next), 'two')
    inflow.end()
    assert.equal(await inflow.next(), undefined)
  })

  test('are told to wait while nobody takes them, and to go on once all were taken', async () => {
    const { inflow, told } = source()
    inflow.push(PIECE)
    assert.deepEqual(told, [])
    inflow.push(PIECE)
    inflow.push(PIECE)
    assert.deepEqual(told, ['pause'])
    for (let count = 0; count < 3; count++) assert.equal(await inflow.next(), PIECE)
    assert.deepEqual(told, ['pause'])
    const next = inflow.next()
    assert.deepEqual(told, ['pause', 'resume'])
    inflow.end()
    assert.equal(await next, undefined)
  })

  test('are not waited for where a source gives them in the moment in which it is told to go on', async () => {
    const inflow: Inflow = new Inflow({ pause() {}, resume: () => inflow.push(PIECE), destroy() {} }, true)
    assert.equal(await inflow.next(), PIECE)
  })

  test('come whole before what their source failed with', async () => {
    const { inflow } = source()
    inflow.push(PIECE)
    inflow.fail(new Error('broken'))
    inflow.push(PIECE)
    inflow.end()
    assert.equal(await inflow.next(), PIECE)
    await assert.rejects(inflow.next(), /broken/)
  })

  test('are dropped, and their source ended, when nobody wants them any more', async () => {
    const { inflow, told } = source()
    inflow.push(PIECE)
    inflow.destroy()
    inflow.destroy()
    assert.deepEqual(told, ['destroy'])
    await assert.rejects(inflow.next(), { code: 'ABORTED' })
  })

  test('of a stream are read when they are wanted, and by a loop that lets go of it', async () => {
    const stream = Readable.from(['one', 'two'].map((text) => Buffer.from(text)))
    for await (const chunk of Inflow.of(stream)) {
      assert.equal(String(chunk), 'one')
      break
    }
    assert.equal(stream.destroyed, true)
  })

  test('of a stream that is closed before its end are not all of them', async () => {
    const stream = new Readable({ read() {} })
    const next = Inflow.of(stream).next()
    stream.destroy()
    await assert.rejects(next, /closed before its end/)
    await assert.rejects(Inflow.of(stream).next(), /closed before its end/)
  })
})

/** A source that notes what it is told. */
function source(): { inflow: Inflow; told: string[] } {
  const told: string[] = []
  const note = (what: string) => () => void told.push(what)
  return { inflow: new Inflow({ pause: note('pause'), resume: note('resume'), destroy: note('destroy') }), told }
}
