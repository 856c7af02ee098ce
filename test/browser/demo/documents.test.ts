import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { eventually } from '../../support/eventually.js'
import { startChromium, until } from '../support/chromium.js'
import { createFiles, digestOf, largeContent } from '../support/files.js'
import { newVisitor, openDemo, signIn } from './visitors.js'

const files = await createFiles()
const LARGE = files.write('Large „file“.bin', largeContent(4 * 1024 * 1024))
files.write('too-large.bin', Buffer.alloc(51 * 1024 * 1024))
files.write('trap.html', '<!doctype html><title>Trap</title><p>Trap<script>document.title = "ran"</script>')

const chromium = await startChromium()
const demo = await openDemo()
const { origin } = demo
const alice = await signIn(chromium.context, demo, 'Alice')
const bob = await signIn(await newVisitor(chromium), demo, 'Bob')
const stranger = await (await newVisitor(chromium)).newPage()

test('the library lists what its reader may read, and nothing else', async () => {
  await stranger.goto(`${origin}/library/`)
  const seen = { alice: await namesOn(alice), bob: await namesOn(bob), stranger: await namesOn(stranger) }
  for (const [name, readers] of [
    ['Read me first.txt', ['alice', 'bob', 'stranger']],
    ['Letter to Bob, never sent.txt', ['alice']],
    ['Diary.txt', ['bob']],
  ] as const) {
    const found = Object.entries(seen).flatMap(([reader, names]) => (names.includes(name) ? [reader] : []))
    assert.deepEqual(found, readers, name)
  }
})

test('an upload shows how far it is, and becomes a document', async () => {
  await alice.goto(`${origin}/library/`)
  const lift = await slowDown(alice, 1024 * 1024)
  await alice.getByLabel('File to add').setInputFiles(files.path('Large „file“.bin'))
  await alice.getByRole('button', { name: 'Upload', exact: true }).click()
  await until(alice, '(value => value > 0 && value < 100)(document.querySelector("progress").value)')
  assert.match((await alice.locator('[role=status]').textContent()) ?? '', /^\d+ % uploaded$/)
  await alice.waitForURL(/\/library\/[\w-]+\/$/)
  await lift()
  assert.equal(await alice.getByRole('heading', { level: 1 }).textContent(), 'Large „file“.bin')
  const saved = await chromium.save(() => alice.getByRole('link', { name: 'Download', exact: true }).click())
  assert.equal(saved.name, 'Large „file“.bin')
  assert.equal(await digestOf(saved.path), await digestOf(LARGE))
})

test('an upload can be given up, and one that is too large is refused with a reason', async () => {
  await alice.goto(`${origin}/library/`)
  const before = await namesOn(alice)
  const lift = await slowDown(alice, 256 * 1024)
  await alice.getByLabel('File to add').setInputFiles(files.path('Large „file“.bin'))
  await alice.getByRole('button', { name: 'Upload', exact: true }).click()
  await alice.getByRole('button', { name: 'Cancel upload' }).click()
  await alice.getByText('Cancelled. Nothing was kept.').waitFor()
  // The browser lets all that it holds back go at once, also what was given up a moment ago: that has to be over first.
  await alice.reload()
  assert.deepEqual(await namesOn(alice), before)
  await lift()
  await alice.getByLabel('File to add').setInputFiles(files.path('too-large.bin'))
  await alice.getByRole('button', { name: 'Upload', exact: true }).click()
  await until(alice, '/large|50 MiB|broke off/i.test(document.querySelector("[role=status]").textContent)')
  await alice.reload()
  assert.deepEqual(await namesOn(alice), before)
})

test('each kind of document is shown on its page', async () => {
  await alice.goto(`${origin}/library/welcome/`)
  assert.match((await alice.locator('.preview pre').textContent()) ?? '', /^Welcome\./)
  await alice.goto(`${origin}/library/sunset/`)
  await until(alice, 'document.querySelector(".preview img").naturalWidth > 0')
  await alice.goto(`${origin}/library/melody/`)
  await until(alice, 'document.querySelector(".preview audio").duration > 5')
  await alice.goto(`${origin}/library/invoice/`)
  await eventually(() => alice.frames().some((frame) => frame.url().startsWith('chrome-extension://')), {
    within: 60_000,
  })
  await alice.goto(`${origin}/library/chance/`)
  assert.match((await alice.locator('.preview').textContent()) ?? '', /Download it/)
})

test('the film plays on from where its viewer goes, by ranges', async () => {
  await alice.goto(`${origin}/library/film/`)
  const statuses: number[] = []
  alice.on('response', (reply) => void (reply.url().endsWith('/film/inline/') && statuses.push(reply.status())))
  await until(alice, 'document.querySelector("video").duration > 1')
  await alice.evaluate(
    '{ const film = document.querySelector("video"); film.muted = true; film.currentTime = film.duration * 0.8; film.play() }',
  )
  await until(alice, 'document.querySelector("video").currentTime > document.querySelector("video").duration * 0.8')
  assert.ok(demo.ranges.includes('bytes=0-'), String(demo.ranges))
  assert.ok(
    statuses.every((status) => status === 206 || status === 304),
    String(statuses),
  )
})

test('nobody else gets a private document, by whichever address', async () => {
  for (const page of [alice, stranger]) {
    for (const path of ['', 'download/', 'inline/', '?try=whole']) {
      const reply = await page.goto(`${origin}/library/diary/${path}`)
      assert.equal(reply?.status(), 404, path)
      assert.doesNotMatch(await page.content(), /must never read|Diary/)
    }
  }
})

test('a share link opens for whoever has it, until it is revoked', async () => {
  await alice.goto(`${origin}/library/letter/`)
  await alice.getByRole('button', { name: 'Create share link' }).click()
  const link = await alice.getByLabel('Link 1', { exact: true }).inputValue()
  // What a browser has kept from before says nothing of the link.
  const open = () =>
    bob.evaluate<{ status: number; text: string }>(
      `fetch(${JSON.stringify(link)}).then(async (reply) => ({ status: reply.status, text: await reply.text() }))`,
    )
  await bob.goto(`${origin}/library/`)
  const opened = await open()
  assert.equal(opened.status, 200)
  assert.match(opened.text, /^Dear Bob/)
  await alice.getByRole('button', { name: 'Revoke link 1' }).click()
  await alice.getByText('revoked', { exact: true }).waitFor()
  assert.equal((await open()).status, 403)
  const shown = await stranger.goto(link)
  assert.equal(shown?.status(), 403)
})

test('uploads that hold scripts run none, on the page of the document nor on one of their own', async () => {
  await alice.goto(`${origin}/library/`)
  await alice.getByLabel('File to add').setInputFiles(files.path('trap.html'))
  await alice.getByRole('button', { name: 'Upload', exact: true }).click()
  await alice.waitForURL(/\/library\/[\w-]+\/$/)
  for (const address of [alice.url(), `${origin}/library/hostile-page/`, `${origin}/library/hostile-drawing/`]) {
    await alice.goto(address)
    const title = await alice.title()
    const shown = alice.frames().find((frame) => frame !== alice.mainFrame())
    assert.match((await shown?.content()) ?? '', /No script ran\.<\/|Trap/)
    assert.equal(await alice.title(), title)
    await alice.goto(`${address}inline/`)
    assert.doesNotMatch(await alice.title(), /ran/)
    assert.equal(await alice.evaluate('self.origin'), 'null')
    const verdict = await alice.evaluate('document.getElementById("verdict")?.textContent ?? "No script ran."')
    assert.equal(verdict, 'No script ran.')
  }
  await alice.goto(`${origin}/library/`)
  assert.equal(await alice.getByRole('button', { name: 'Sign out' }).count(), 1)
})

test('the explain panel tells of a download that was just made', async () => {
  await alice.goto(`${origin}/library/welcome/`)
  await chromium.save(() => alice.getByRole('link', { name: 'Download', exact: true }).click())
  await alice.getByRole('button', { name: 'First 1000 bytes' }).click()
  const panel = (await alice.locator('#explain').textContent()) ?? ''
  assert.match(panel, /206 Partial Content/)
  assert.match(panel, /content-range: bytes 0-/i)
  assert.match(panel, /attachment; filename="Read me first.txt"|filename="Read_me_first.txt"/)
  assert.ok((await alice.locator('#explain .records li').count()) >= 1, panel)
})

async function namesOn(page: Page): Promise<string[]> {
  return page.locator('.documents .name').allTextContents()
}

/** Lets a page send so many bytes a second, until what this gives back is called. */
async function slowDown(page: Page, uploadThroughput: number): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  const conditions = { offline: false, latency: 0, downloadThroughput: -1 }
  await session.send('Network.emulateNetworkConditions', { ...conditions, uploadThroughput })
  return () => session.detach()
}
