import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { startChromium } from '../support/chromium.js'
import { createFiles } from '../support/files.js'
import { newVisitor, openDemo } from './visitors.js'

const files = await createFiles()
files.write('by keyboard.txt', 'Typed, and never clicked')

const chromium = await startChromium()
const { origin } = await openDemo()

test('a visitor with a keyboard signs in, uploads, looks and downloads, and always sees where he is', async () => {
  const page = await chromium.open(`${origin}/`)
  await tabTo(page, 'Sign in')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${origin}/session/`)
  await tabTo(page, 'Sign in as Alice')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${origin}/library/`)

  await tabTo(page, 'File to add')
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Space')])
  await chooser.setFiles(files.path('by keyboard.txt'))
  await tabTo(page, 'Upload')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/library\/[\w-]+\/$/)
  assert.equal(await page.locator('.preview pre').textContent(), 'Typed, and never clicked')

  await tabTo(page, 'Download')
  const saved = await chromium.save(() => page.keyboard.press('Enter'))
  assert.equal(saved.name, 'by keyboard.txt')
  assert.equal(String(await saved.bytes()), 'Typed, and never clicked')

  await tabTo(page, 'Delete…')
  await page.keyboard.press('Enter')
  await tabTo(page, 'Delete by keyboard.txt')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${origin}/library/`)
  assert.equal(await page.getByText('by keyboard.txt').count(), 0)
})

test('the first stop of the keyboard leads past the navigation', async () => {
  const page = await chromium.open(`${origin}/features/`)
  await page.keyboard.press('Tab')
  assert.equal(await focused(page), 'Skip to content')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  assert.ok(await page.evaluate('document.querySelector("main").contains(document.activeElement)'), await focused(page))
})

test('every stop of the keyboard on a page is seen', async () => {
  const page = await chromium.open(`${origin}/library/welcome/?try=range`)
  const stops: string[] = []
  for (let stop = await step(page); stop !== NOTHING; stop = await step(page)) stops.push(stop)
  assert.ok(stops.includes('Download') && stops.includes('As a stranger'), stops.join(', '))
})

test('all but progress works without a script', async () => {
  const page = await (await newVisitor(chromium, { javaScriptEnabled: false })).newPage()
  await page.goto(`${origin}/session/`)
  await page.getByRole('button', { name: 'Sign in as Bob' }).click()
  await page.getByLabel('File to add').setInputFiles(files.path('by keyboard.txt'))
  await page.getByRole('button', { name: 'Upload', exact: true }).click()
  await page.waitForURL(/\/library\/[\w-]+\/$/)
  assert.equal(await page.locator('.preview pre').textContent(), 'Typed, and never clicked')
  await page.getByRole('button', { name: 'Create share link' }).click()
  await page.getByRole('button', { name: 'Revoke link 1' }).click()
  await page.getByText('revoked', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Make public' }).click()
  await page.getByRole('button', { name: 'Headers only' }).click()
  assert.match((await page.locator('#explain').textContent()) ?? '', /HEAD /)
  await page.getByText('Delete…').click()
  await page.getByRole('button', { name: 'Delete by keyboard.txt' }).click()
  await page.waitForURL(`${origin}/library/`)
})

/** Presses Tab until something of a name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const passed = []
  while (passed.length < 60) {
    const stop = await step(page)
    if (stop === name) return
    passed.push(stop)
  }
  assert.fail(`No way to "${name}" by Tab. There were: ${passed.join(', ')}`)
}

/** Presses Tab, makes sure that the focus can be seen, and tells where it is. */
async function step(page: Page): Promise<string> {
  await page.keyboard.press('Tab')
  const name = await focused(page)
  assert.ok(name === NOTHING || (await page.evaluate(IS_SEEN)), `The focus on "${name}" is not seen.`)
  return name
}

const focused = (page: Page) => page.evaluate<string>(NAME)

/** Where the keyboard is between the end of a page and its begin. */
const NOTHING = 'nothing'

/** The name of what has the focus, as people hear it. */
const NAME = `(({ activeElement: it, body }) => {
  if (it === null || it === body) return '${NOTHING}'
  const heard = (it.labels?.[0] ?? it).cloneNode(true)
  for (const unheard of heard.querySelectorAll('[aria-hidden=true]')) unheard.remove()
  return (it.getAttribute('aria-label') ?? heard.textContent).trim().replace(/\\s+/g, ' ')
})(document)`

/** A ring around it, that is within the window. */
const IS_SEEN = `(({ activeElement: it }) => {
  const { outlineStyle, outlineWidth } = getComputedStyle(it)
  const { top, left, bottom, right, width, height } = it.getBoundingClientRect()
  const isThere = width > 0 && height > 0 && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth
  return isThere && it.matches(':focus-visible') && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
})(document)`
