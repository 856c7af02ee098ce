import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { startChromium } from '../support/chromium.js'
import { newVisitor, openDemo, signIn } from './visitors.js'

const chromium = await startChromium()
const demo = await openDemo()

/** Pages by the names of their pictures. Those of strangers come first. */
const PAGES = {
  home: '/',
  'sign-in': '/session/',
  'library-of-a-stranger': '/library/',
  features: '/features/',
  'features-http': '/features/http/',
  status: '/status/',
  missing: '/library/no-such-document/',
}

const PAGES_OF_ALICE = {
  library: '/library/',
  text: '/library/welcome/?try=range',
  picture: '/library/sunset/',
  film: '/library/film/',
  sound: '/library/melody/',
  pdf: '/library/invoice/',
  'hostile-page': '/library/hostile-page/',
  'long-name': '/library/long-name/',
  letter: '/library/letter/',
}

/** Ways to look at a page. */
const LOOKS = {
  light: { width: 1280, height: 900, colorScheme: 'light' },
  dark: { width: 1280, height: 900, colorScheme: 'dark' },
  phone: { width: 390, height: 844, colorScheme: 'light' },
} as const

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PICTURES = fileURLToPath(new URL('../screenshots/', import.meta.url))

describe('for a stranger', async () => {
  const page = await (await newVisitor(chromium)).newPage()
  for (const [name, path] of Object.entries(PAGES)) look(page, name, path)
})

describe('for a user', async () => {
  const page = await signIn(chromium.context, demo, 'Alice')
  await page.goto(`${demo.origin}/library/letter/`)
  await page.getByRole('button', { name: 'Create share link' }).click()
  for (const [name, path] of Object.entries(PAGES_OF_ALICE)) look(page, name, path)
})

/** Looks at a page in each way, keeps a picture of it, and has it checked. */
function look(page: Page, name: string, path: string): void {
  test(`${name} keeps nobody out: in light, in dark, and on a phone`, async () => {
    const complaints: string[] = []
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())))
    await page.goto(demo.origin + path)
    await page.evaluate(AXE)
    const faults: string[] = []
    for (const [way, { width, height, colorScheme }] of Object.entries(LOOKS)) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height })
      await page.screenshot({ path: `${PICTURES}${name}-${way}.png`, fullPage: true })
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
      if (overflow > 0) faults.push(`${way}: ${overflow} pixels too wide`)
      faults.push(...(await violations(page)).map((violation) => `${way}: ${violation}`))
    }
    assert.deepEqual(faults, [])
    // Of what a document brings along, and of a page that is not there, the browser rightly complains.
    const expected = /\/inline\/|the server responded with a status of 404/
    assert.deepEqual(
      complaints.filter((complaint) => !expected.test(complaint)),
      [],
    )
  })
}

/** What keeps people out, as far as a program can tell. */
async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await page.evaluate<AxeResults>('axe.run(document, { iframes: false })')
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly target: string[] }[] }[]
}
