import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { KeyLocks } from './key-locks.js'

describe('KeyLocks', () => {
  test('lets what is exclusive follow each other, also after a failure', async () => {
    const { locks, log, work } = recorder()
    const results = await Promise.allSettled([
      locks.exclusive('a', work('1')),
      locks.exclusive('a', () => work('2')().then(() => Promise.reject(new Error('It failed.')))),
      locks.exclusive('a', work('3')),
    ])
    assert.deepEqual(log, ['1 begins', '1 ends', '2 begins', '2 ends', '3 begins', '3 ends'])
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
  })

  test('does what is shared side by side, and never beside what is exclusive', async () => {
    const { locks, log, work } = recorder()
    await Promise.all([
      locks.shared('a', work('1')),
      locks.shared('a', work('2')),
      locks.exclusive('a', work('3')),
      locks.shared('a', work('4')),
    ])
    assert.deepEqual(log.slice(0, 2), ['1 begins', '2 begins'])
    assert.deepEqual(log.slice(4), ['3 begins', '3 ends', '4 begins', '4 ends'])
  })

  test('keeps keys apart', async () => {
    const { locks, log, work } = recorder()
    await Promise.all([locks.exclusive('a', work('1')), locks.exclusive('b', work('2'))])
    assert.deepEqual(log.slice(0, 2), ['1 begins', '2 begins'])
  })

  test('gives what the work gave', async () => {
    assert.equal(await new KeyLocks().shared('a', async () => 7), 7)
  })
})

function recorder() {
  const log: string[] = []
  const work = (name: string) => async () => {
    log.push(`${name} begins`)
    await turn()
    log.push(`${name} ends`)
  }
  return { locks: new KeyLocks(), log, work }
}
