import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTurn, isPromise } from './awaitable.js'

test('what can be awaited is on its way, and nothing else is', () => {
  assert.equal(isPromise(Promise.resolve()), true)
  // Query builders are such objects.
  // biome-ignore lint/suspicious/noThenProperty: this is what is tested.
  assert.equal(isPromise({ then: () => {} } as unknown), true)
  // biome-ignore lint/suspicious/noThenProperty: this is what is tested.
  assert.equal(isPromise(Object.assign(() => {}, { then: () => {} }) as unknown), true)
  // biome-ignore lint/suspicious/noThenProperty: this is what is tested.
  for (const value of [undefined, null, 0, '', 'then', {}, { then: 1 }, () => {}]) assert.equal(isPromise(value), false)
})

test('what is there is there at once', () => {
  assert.deepEqual(inTurn({ a: 1, b: 2 }, [one, two]), [1, 2])
})

test('whatever has to be waited for, all come in their order', async () => {
  const self = { a: 1, b: Promise.resolve(2) }
  assert.deepEqual(await inTurn(self, [two, one]), [2, 1])
  assert.deepEqual(await inTurn(self, [one, two]), [1, 2])
  assert.deepEqual(await inTurn(self, [two, two, one, two]), [2, 2, 1, 2])
})

test('the first that fails is the one that counts, and none is asked after it', async () => {
  const asked: string[] = []
  const rejects = () => {
    asked.push('rejects')
    return Promise.reject(new Error('first'))
  }
  const throws = () => {
    asked.push('throws')
    throw new Error('second')
  }
  await assert.rejects(async () => inTurn({}, [rejects, throws]), /first/)
  assert.deepEqual(asked, ['rejects'])
  await assert.rejects(async () => inTurn({}, [throws, rejects]), /second/)
  assert.deepEqual(asked, ['rejects', 'throws'])
})

interface Numbers {
  readonly a: number
  readonly b: number | Promise<number>
}

function one(this: Numbers): number {
  return this.a
}

function two(this: Numbers): number | Promise<number> {
  return this.b
}
