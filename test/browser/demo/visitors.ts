import { after } from 'node:test'
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { type ServedDemo, serveDemo } from '../../../demo/src/testing/serve-demo.js'
import type { Chromium } from '../support/chromium.js'

/** The demo, served until the tests of the file have ended. */
export async function openDemo(): Promise<ServedDemo> {
  const demo = await serveDemo()
  after(() => demo.close())
  return demo
}

/** Somebody else, with cookies of his own. */
export async function newVisitor({ context }: Chromium, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const visitor = await context.browser()?.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  if (visitor === undefined) throw new Error('Chromium is not there any more.')
  visitor.setDefaultTimeout(60_000)
  after(() => visitor.close())
  return visitor
}

/** Signs in as people do, and gives the tab, which shows the library. */
export async function signIn(context: BrowserContext, { origin }: ServedDemo, name: 'Alice' | 'Bob'): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${origin}/session/`)
  await page.getByRole('button', { name: `Sign in as ${name}` }).click()
  await page.waitForURL(`${origin}/library/`)
  return page
}
