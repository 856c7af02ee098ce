import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { UpstreamError } from '../errors.js'
import { withinTime } from './time-limit.js'

const LIMIT = { what: 'The server', timeout: 60_000 }
const forever = () => new Promise<never>(() => {})

test('gives what the work gives, and leaves nothing at the signal', async () => {
  const { signal } = new AbortController()
  assert.equal(await withinTime(async () => 'done', { ...LIMIT, signal }), 'done')
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('does not end what the work gave when the client goes later', async () => {
  const controller = new AbortController()
  const inner = await withinTime(async (signal) => signal, { ...LIMIT, signal: controller.signal })
  controller.abort()
  assert.equal(inner.aborted, false)
})

test('fails as the work fails', async () => {
  const failure = new Error('broken')
  await assert.rejects(
    withinTime(() => Promise.reject(failure), LIMIT),
    (error) => error === failure,
  )
})

test('ends work that takes too long, also work that does not listen', async () => {
  let seen: AbortSignal | undefined
  const work = (signal: AbortSignal) => {
    seen = signal
    return forever()
  }
  await assert.rejects(withinTime(work, { ...LIMIT, timeout: 5 }), (error) => {
    assert.ok(error instanceof UpstreamError, String(error))
    assert.equal(error.status, 504)
    return true
  })
  assert.equal(seen?.aborted, true)
})

test('tells of the time limit, not of what the work made of it', async () => {
  const listening = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('AbortError of an SDK'))))
  await assert.rejects(withinTime(listening, { ...LIMIT, timeout: 5 }), { code: 'UPSTREAM_TIMEOUT' })
})

test('ends at once with the reason of a client that goes', async () => {
  const controller = new AbortController()
  const reason = new Error('gone')
  const work = withinTime(forever, { ...LIMIT, signal: controller.signal })
  controller.abort(reason)
  await assert.rejects(work, (error) => error === reason)
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
})

test('begins no work for a client that has gone', async () => {
  const reason = new Error('gone')
  let isBegun = false
  const work = async () => {
    isBegun = true
  }
  await assert.rejects(withinTime(work, { ...LIMIT, signal: AbortSignal.abort(reason) }), (error) => error === reason)
  assert.equal(isBegun, false)
})

test('waits as long as it is told to, also longer than a timer can', async () => {
  for (const timeout of [2 ** 40, Number.POSITIVE_INFINITY]) {
    const work = () => new Promise((resolve) => setTimeout(resolve, 20, 'done'))
    assert.equal(await withinTime(work, { ...LIMIT, timeout }), 'done')
  }
})
