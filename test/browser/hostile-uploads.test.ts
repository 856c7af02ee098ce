import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { followLink, startChromium } from './support/chromium.js'
import { createFiles } from './support/files.js'
import { serveSite } from './support/site.js'

/** Takes what the site keeps in this browser, and leaves a mark wherever it can. */
const SCRIPT = `
  for (const attack of [
    () => { document.cookie = 'ran=1; path=/' },
    () => { localStorage.setItem(location.pathname, document.cookie) },
    () => { parent.document.title = 'ran' },
    () => { opener.document.title = 'ran' },
    () => { parent.postMessage('ran', '*') },
  ]) try { attack() } catch {}
`
const SVG = 'xmlns="http://www.w3.org/2000/svg" width="9" height="9"'
const HTML = '<!doctype html><title>A page</title>'

/** What somebody has uploaded, each with a script that a browser runs if it is let. */
const PAGES: Readonly<Record<string, string>> = {
  'page.html': `${HTML}<p>Page<script>${SCRIPT}</script>`,
  'handler.html': `${HTML}<body onload="${SCRIPT}">`,
  'image.html': `${HTML}<img src="data:," onerror="${SCRIPT}">`,
  'drawing.svg': `<svg ${SVG}><script><![CDATA[${SCRIPT}]]></script></svg>`,
  'handler.svg': `<svg ${SVG} onload="${SCRIPT}"/>`,
  'page.xhtml': `<html xmlns="http://www.w3.org/1999/xhtml"><script><![CDATA[${SCRIPT}]]></script></html>`,
  'feed.xml': `<feed><script xmlns="http://www.w3.org/1999/xhtml"><![CDATA[${SCRIPT}]]></script></feed>`,
}

/** Pages that call themselves something else: no guess of the browser may bring them back. */
const DISGUISED = ['notes.txt', 'photo.png', 'data.json', 'table.csv', 'film.mp4', 'unknown.zzz', 'noextension']

const files = await createFiles()
for (const [name, content] of Object.entries(PAGES)) files.write(name, content)
for (const name of DISGUISED) files.write(name, PAGES['page.html'] ?? '')
files.write('script.txt', SCRIPT)

const chromium = await startChromium()
const storage = new FileSystemStorage({ root: files.root })
const { origin } = await serveSite('Express', {
  views: {
    '/shown/*path': StorageDownloadView.asView({ storage, attachment: false }),
    '/saved/*path': StorageDownloadView.asView({ storage }),
    '/unguarded/*path': StorageDownloadView.asView({ storage, attachment: false, contentSecurityPolicy: false }),
  },
  pages: {
    '/': '<title>Site</title><h1>Signed in</h1>',
    '/shown': embedding(Object.keys(PAGES), '/shown'),
    '/disguised': embedding(DISGUISED.slice(0, 5), '/shown'),
    '/unguarded': embedding(Object.keys(PAGES), '/unguarded'),
  },
})

test('an upload within a page of the site runs no script', async () => {
  const page = await signedIn()
  await page.goto(`${origin}/shown`)
  assert.deepEqual(await marksOn(page), [])
})

for (const name of Object.keys(PAGES)) {
  test(`${name} runs no script where it is shown`, async () => {
    const page = await signedIn()
    await page.goto(`${origin}/shown/${name}`)
    assert.deepEqual(await marksOn(page), [])
  })
}

test('an upload in a window that the site has opened runs no script, and does not reach the site', async () => {
  const page = await signedIn()
  for (const name of ['page.html', 'drawing.svg']) {
    const [opened] = await Promise.all([page.waitForEvent('popup'), page.evaluate(`void open('/shown/${name}')`)])
    await opened.waitForLoadState()
    await opened.close()
  }
  assert.deepEqual(await marksOn(page), [])
})

test('without the policy that downloadview sends, all of them would', async () => {
  const page = await signedIn()
  await page.goto(`${origin}/unguarded`)
  const marks = await marksOn(page)
  assert.ok(
    ['cookie', 'title', 'message'].every((mark) => marks.includes(mark)),
    String(marks),
  )
  const ran = Object.keys(PAGES).map((name) => `/unguarded/${name}`)
  assert.deepEqual(marks.filter((mark) => mark.startsWith('/')).sort(), ran.sort())
})

test('whatever ran in an upload would be on no origin: without cookies, without what the site has stored', async () => {
  const page = await signedIn()
  for (const [name, access] of [
    ['page.html', 'document.cookie'],
    ['page.html', 'localStorage.length'],
    ['drawing.svg', 'document.cookie'],
    ['drawing.svg', 'indexedDB.databases()'],
  ] as const) {
    await page.goto(`${origin}/shown/${name}`)
    assert.equal(await page.evaluate('self.origin'), 'null')
    await assert.rejects(page.evaluate(access), /SecurityError|denied/, `${name}: ${access}`)
  }
})

test('what does not call itself a page is never taken for one', async () => {
  const page = await signedIn()
  await page.goto(`${origin}/disguised`)
  for (const name of ['notes.txt', 'data.json', 'photo.png']) await page.goto(`${origin}/shown/${name}`)
  assert.deepEqual(await marksOn(page), [])
})

test('what has no known type is saved, even where it is to be shown', async () => {
  const page = await signedIn()
  for (const name of ['unknown.zzz', 'noextension']) {
    const saved = await chromium.save(() => followLink(page, `/shown/${name}`))
    assert.equal(saved.name, name)
  }
  assert.deepEqual(await marksOn(page), [])
})

test('a text is no script of a page of the site either', async () => {
  const page = await signedIn()
  await page.addScriptTag({ url: '/shown/script.txt' }).then(
    () => assert.fail('The script was loaded.'),
    () => undefined,
  )
  assert.deepEqual(await marksOn(page), [])
})

test('an upload that is an attachment is saved, and not shown', async () => {
  const page = await signedIn()
  for (const [name, content] of Object.entries(PAGES)) {
    const saved = await chromium.save(() => followLink(page, `/saved/${name}`))
    assert.equal(saved.name, name)
    assert.equal(String(await saved.bytes()), content)
  }
  assert.equal(page.url(), `${origin}/`)
})

/** A page of the site that shows uploads in every way that HTML has. */
function embedding(names: readonly string[], folder: string): string {
  const elements = names.map((name) => {
    const url = `${folder}/${name}`
    return `<iframe src="${url}"></iframe><object data="${url}"></object><embed src="${url}"><img src="${url}">`
  })
  return `<title>Site</title>
    <script>addEventListener('message', () => localStorage.setItem('message', ''))</script>${elements.join('\n')}`
}

/** The tab of somebody who has signed in, without a mark of what ran before. */
async function signedIn(): Promise<Page> {
  for (const page of chromium.context.pages()) if (page.url().startsWith(origin)) await page.close()
  await chromium.context.clearCookies()
  await chromium.context.addCookies([{ name: 'session', value: 'of-the-user', url: origin }])
  const page = await chromium.open(origin)
  await page.evaluate('localStorage.clear()')
  return page
}

/** What scripts of uploads have left: names of what they reached, and the paths of those that reached the storage. */
async function marksOn(page: Page): Promise<string[]> {
  // What was to run some time after the page is there has its turn.
  await page.waitForTimeout(100)
  const title = page.url().startsWith(`${origin}/`) ? await page.title() : ''
  await page.goto(origin)
  const stored = await page.evaluate<string[]>('Object.keys(localStorage)')
  const cookies = await chromium.context.cookies(origin)
  return [
    ...stored,
    ...(cookies.some(({ name }) => name === 'ran') ? ['cookie'] : []),
    ...(title === 'ran' ? ['title'] : []),
  ]
}
