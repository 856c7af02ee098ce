import assert from 'node:assert/strict'
import { utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ExpiringStorage } from '../../src/storages/expiring.js'
import type { RawReply } from '../http/raw.js'
import { eventually } from '../support/eventually.js'
import { scratchFolder } from '../support/scratch.js'
import { runApplication } from './running.js'

const HOUR = 3600

/** The application with a clock that can be set. Times of files stay true. */
async function withClock(context: Parameters<typeof runApplication>[0] & Parameters<typeof scratchFolder>[0]) {
  const root = await scratchFolder(context)
  const folder = await mkdtemp(join(tmpdir(), 'downloadview-clock-'))
  context.after(() => rm(folder, { recursive: true }))
  const clock = join(folder, 'clock')
  const set = (seconds: number) => writeFileSync(clock, `${seconds < 0 ? '' : '+'}${seconds}\n`)
  set(0)
  const running = await runApplication(context, {
    root,
    env: {
      // The loader knows the folder of the platform.
      LD_PRELOAD: '/usr/$LIB/faketime/libfaketimeMT.so.1',
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    },
  })
  return { root, running, set }
}

test('Last-Modified is never later than Date when the clock is set back, and the tag stays', async (context) => {
  const { root, running, set } = await withClock(context)
  writeFileSync(join(root, 'a.txt'), 'text')
  const before = await running.ask('/files/a.txt')
  set(-HOUR)
  await eventually(async () => dateOf(await running.ask('/files/a.txt')) < Date.now() - 1_000_000)
  const after = await running.ask('/files/a.txt')
  assert.ok(modifiedOf(before) <= dateOf(before), `${before.get('Last-Modified')} > ${before.get('Date')}`)
  assert.ok(modifiedOf(after) <= dateOf(after), `${after.get('Last-Modified')} > ${after.get('Date')}`)
  assert.equal(after.get('ETag'), before.get('ETag'))
  assert.equal(
    (await running.ask('/files/a.txt', { headers: { 'If-None-Match': String(before.get('ETag')) } })).status,
    304,
  )
})

test('a file that was changed is sent anew, whichever way the clock went', async (context) => {
  const { running, set } = await withClock(context)
  const save = (body: string) => running.ask('/save', { method: 'PUT', body })
  const tags = new Set<string | undefined>()
  for (const [index, offset] of [0, -HOUR, HOUR, 0].entries()) {
    set(offset)
    assert.equal((await save(`text ${index}`)).status, 200)
    const reply = await running.ask('/stored/saved.bin')
    assert.equal(reply.body.toString(), `text ${index}`)
    tags.add(reply.get('ETag'))
  }
  assert.equal(tags.size, 4)
  assert.deepEqual(running.errors, [])
})

test('a signed link ends early or late by what the clock was set, and by no more', async (context) => {
  const { running, set } = await withClock(context)
  const link = (await running.command('/sign')) as string
  const status = async () => (await running.ask('/verify', { headers: { 'X-Link': link } })).status
  assert.equal(await status(), 200)
  for (const [offset, expected] of [
    [HOUR, 403],
    [-HOUR, 200],
    [0, 200],
  ] as const) {
    set(offset)
    assert.equal(await status(), expected, `after ${offset} s`)
  }
})

test('files of an ExpiringStorage outlive a clock that was set back, and go with one that was set forward', async (context) => {
  const root = await scratchFolder(context)
  const storage = new ExpiringStorage({ root, keepFor: 60 })
  context.after(() => storage.close())
  await storage.save('export.csv', 'text')
  utimesSync(join(root, 'export.csv'), new Date(0), new Date(0))
  assert.equal(await storage.sweep(new Date(Date.now() - HOUR * 1000)), 0)
  assert.equal(await storage.sweep(), 0)
  assert.equal(await storage.sweep(new Date(Date.now() + HOUR * 1000)), 1)
  assert.equal(await storage.exists('export.csv'), false)
})

function dateOf(reply: RawReply): number {
  return Date.parse(String(reply.get('Date')))
}

function modifiedOf(reply: RawReply): number {
  return Date.parse(String(reply.get('Last-Modified')))
}
