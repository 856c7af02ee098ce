import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { goodAnswer, startScriptedOrigin } from '../http-files/scripted-origin.js'
import { scratchFolder } from '../support/scratch.js'
import { faultyCalls, type Running, runApplication } from './running.js'

/** Larger than what is held in memory of a file, so that each download takes a descriptor. */
const BYTES = Buffer.alloc(300_000, 'x')
const TARGETS = ['/files/one.bin', '/stored/two.bin', '/remote'] as const

test('a process with no descriptor left answers 503 with Retry-After, and recovers when there are some again', async (context) => {
  const root = await filledFolder(context)
  const { url } = await startScriptedOrigin(goodAnswer(BYTES))
  const running = await runApplication(context, { root, elsewhere: url, within: ['prlimit', '--nofile=256'] })
  const before = await allOpen(running)
  await running.command('/take')
  for (const target of TARGETS) await expectUnavailable(running, target, 'EMFILE')
  const saved = await running.ask('/save', { method: 'PUT', body: 'text' })
  assert.deepEqual([saved.status, JSON.parse(saved.body.toString()).reason], [503, 'EMFILE'])
  await running.command('/give-back')
  for (const target of TARGETS) assert.ok((await running.ask(target)).body.equals(BYTES), `${target} does not come.`)
  assert.equal((await running.ask('/save', { method: 'PUT', body: 'text' })).status, 200)
  assert.deepEqual(running.errors, [])
  await expectNoneLeaked(running, before)
})

test('a hundred requests while no descriptor is left leak none', async (context) => {
  const root = await filledFolder(context)
  const running = await runApplication(context, { root, within: ['prlimit', '--nofile=256'] })
  const before = await allOpen(running)
  await running.command('/take')
  for (let round = 0; round < 50; round++) {
    for (const target of TARGETS) assert.ok((await running.ask(target)).status >= 500, 'It was answered.')
  }
  await running.command('/give-back')
  await expectNoneLeaked(running, before)
  assert.equal((await running.ask('/files/one.bin')).status, 200)
})

test('a system with no descriptor left is a 503 with Retry-After as well', async (context) => {
  const root = await filledFolder(context)
  const calls = faultyCalls('.bin', constants.errno.ENFILE)
  const running = await runApplication(context, { root, env: calls.env })
  calls.fail('open')
  for (const target of ['/files/one.bin', '/stored/two.bin']) await expectUnavailable(running, target, 'ENFILE')
  calls.mend()
  for (const target of ['/files/one.bin', '/stored/two.bin']) assert.equal((await running.ask(target)).status, 200)
})

async function filledFolder(context: { after(work: () => Promise<void>): void }): Promise<string> {
  const root = await scratchFolder(context as never)
  for (const name of ['one.bin', 'two.bin']) writeFileSync(join(root, name), BYTES)
  return root
}

async function expectUnavailable(running: Running, target: string, reason: string): Promise<void> {
  const told = running.faults.length
  const reply = await running.ask(target)
  assert.deepEqual([target, reply.status, reply.get('Retry-After')], [target, 503, '1'])
  assert.equal(reply.body.toString(), 'Service Unavailable\n')
  // The answer to this comes after the line about the fault was written.
  await running.command('/names')
  const fault = running.faults[told]
  assert.deepEqual([fault?.code, running.faults.length], ['TOO_MANY_OPEN_FILES', told + 1])
  if (target !== '/remote') assert.equal(fault?.reason, reason)
}

async function allOpen(running: Running): Promise<number> {
  return (await running.command('/all-open')) as number
}

/** Connections to a file elsewhere are kept for the next download. */
async function expectNoneLeaked(running: Running, before: number): Promise<void> {
  const files = (await running.command('/open')) as string[]
  assert.ok(files.length <= 2, files.join())
  const open = (await allOpen(running)) - files.length
  assert.ok(open <= before + 2, `${open} descriptors are open, and ${before} were before.`)
}
