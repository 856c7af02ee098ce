import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { endedBySignal } from './signals.js'

const former = { SIGINT: process.listeners('SIGINT'), SIGTERM: process.listeners('SIGTERM') }

afterEach(() => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    for (const listener of process.listeners(signal)) {
      if (!former[signal].includes(listener)) process.off(signal, listener)
    }
  }
})

test('a Ctrl-C that comes twice at once, as by npx, is one', async () => {
  const exits: number[] = []
  const said: string[] = []
  const stops: number[] = []
  const stop = async (grace: number) => stops.push(grace) > 0
  const ended = endedBySignal(
    { stop },
    (line) => said.push(line),
    (code) => exits.push(code),
  )
  process.emit('SIGINT', 'SIGINT')
  process.emit('SIGINT', 'SIGINT')
  assert.equal(await ended, 0)
  assert.deepEqual([exits, stops, said.length], [[], [5000], 1])
})

test('a second one, a moment later, ends at once with the code of the signal', async (t) => {
  const exits: number[] = []
  const never = () => new Promise<boolean>(() => {})
  let now = 1000
  t.mock.method(performance, 'now', () => now)
  void endedBySignal(
    { stop: never },
    () => {},
    (code) => exits.push(code),
  )
  process.emit('SIGINT', 'SIGINT')
  now += 301
  process.emit('SIGTERM', 'SIGTERM')
  process.emit('SIGINT', 'SIGINT')
  assert.deepEqual(exits, [143, 130])
})

test('downloads that were broken off are an exit code of 1', async () => {
  const ended = endedBySignal({ stop: async () => false }, () => {})
  process.emit('SIGTERM', 'SIGTERM')
  assert.equal(await ended, 1)
})
