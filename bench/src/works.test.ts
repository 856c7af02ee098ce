import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { contender, FILE_SERVERS, PAIRS } from './contenders.js'
import { readOptions } from './options.js'
import { rotated } from './rounds.js'
import { contentOf, smallName } from './tree.js'
import { stagesOf, WORKS, work } from './works.js'

test('every contender has its file, and so has every origin', () => {
  const files = [...FILE_SERVERS, ...PAIRS].map(({ name, file = name }) => file)
  const origins = WORKS.flatMap(({ origin }) => origin ?? [])
  for (const file of [...files, ...origins]) {
    assert.ok(existsSync(new URL(`../contenders/${file}.mjs`, import.meta.url)), `contenders/${file}.mjs is there`)
  }
})

test('every work has contenders that there are, its reference among them', () => {
  for (const { name, contenders, reference } of WORKS) {
    assert.ok(contenders.includes(reference), `${name} has its reference`)
    for (const each of contenders) assert.equal(contender(each).name, each)
  }
})

test('names of works are unique', () => {
  assert.equal(new Set(WORKS.map(({ name }) => name)).size, WORKS.length)
})

test('works that are compared with each other are run together', () => {
  const stages = stagesOf(WORKS).map((stage) => stage.map(({ name }) => name))
  assert.ok(
    stages.some((stage) => stage.join() === '1-KiB,1-KiB-1,1-KiB-1000'),
    'the numbers of connections',
  )
  assert.ok(
    stages.some((stage) => stage.join() === 'files-10,files-100k'),
    'the numbers of files',
  )
})

test('each round has another first one, and all the others after it', () => {
  assert.deepEqual(rotated(['a', 'b', 'c'], 1), ['b', 'c', 'a'])
  assert.deepEqual(rotated(['a', 'b', 'c'], 5), ['c', 'a', 'b'])
  assert.deepEqual(rotated([], 2), [])
})

test('the middle of a file is what one finds there', () => {
  const whole = contentOf('a/b.bin', 0, 100)
  assert.deepEqual(contentOf('a/b.bin', 37, 20), whole.subarray(37, 57))
})

test('small files have a name each', () => {
  const names = new Set(Array.from({ length: 100_000 }, (_, index) => smallName(index)))
  assert.equal(names.size, 100_000)
})

test('a part of the works and contenders is as asked for', () => {
  const { works, isPart, rounds } = readOptions(['--only', '1-KiB,x-accel', '--contenders', 'send,downloadview'])
  assert.deepEqual(
    works.map(({ name, contenders }) => [name, contenders]),
    [['1-KiB', ['downloadview', 'send']]],
  )
  assert.equal(isPart, true)
  assert.equal(rounds, 5)
})

test('all of them are no part', () => {
  const { works, isPart, mode } = readOptions([])
  assert.deepEqual({ works: works.length, isPart, mode }, { works: WORKS.length, isPart: false, mode: 'run' })
})

test('what there is not is refused, and named', () => {
  assert.throws(() => work('2-KiB'), /no work "2-KiB": 1-KiB/)
  assert.throws(() => readOptions(['--contenders', 'iis']), /no contender "iis"/)
  assert.throws(() => readOptions(['--rounds', 'many']), /--rounds must be a number above 0/)
  assert.throws(() => readOptions(['--fast']), /--fast/)
})
