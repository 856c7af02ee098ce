import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { after } from 'node:test'
import { type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core'
import { eventually } from '../../support/eventually.js'

/** A real Chromium with a profile of its own: no cookie, nothing in its cache, an empty folder for what it saves. */
export interface Chromium {
  readonly context: BrowserContext
  /** Opens a tab, at an address if one is given. */
  open(url?: string): Promise<Page>
  /** Does what begins a download, and waits until the file is there. */
  save(begin: () => Promise<unknown>): Promise<SavedFile>
  /** Names of what lies in the folder of downloads, beside the files that were given back. */
  leftInFolder(): Promise<string[]>
  /** Does what begins a download, and gives it back while it runs. */
  download(begin: () => Promise<unknown>): Promise<Download>
  /** Saves what is at some addresses, all at once, as frames of one page. */
  saveAll(urls: readonly string[]): Promise<SavedFile[]>
}

/** A file that Chromium has saved. */
export interface SavedFile {
  /** The name that Chromium gave it, on the disk. */
  readonly name: string
  readonly path: string
  bytes(): Promise<Buffer>
}

/** A download as Chromium tells of it. */
export interface Download {
  /** Waits until Chromium has the file, or leaves it at that. */
  ended(): Promise<'completed' | 'canceled'>
  /** Waits for the file. */
  saved(): Promise<SavedFile>
}

/** Starts the Chromium of the system; it is closed after the tests of the file. */
export async function startChromium(): Promise<Chromium> {
  assert.ok(existsSync(EXECUTABLE), `Chromium is missing at ${EXECUTABLE}. Run: sudo apt-get install chromium`)
  const profile = await mkdtemp(join(tmpdir(), 'downloadview-chromium-'))
  const context = await launch(profile)
  after(async () => {
    await context.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  })
  context.setDefaultTimeout(TIMEOUT)
  const session = await sessionOfDownloads(context)
  const open: Chromium['open'] = async (url) => {
    const page = await context.newPage()
    if (url !== undefined) await page.goto(url)
    return page
  }
  const download: Chromium['download'] = async (begin) => {
    const begun = nextDownload(session)
    await begin()
    return begun
  }
  return {
    context,
    open,
    download,
    leftInFolder: async () => (await readdir(folderOf(profile))).filter((name) => !name.startsWith(ASIDE)),
    save: async (begin) => (await download(begin)).saved(),
    async saveAll(urls) {
      const page = await open()
      const begun = Promise.all(urls.map((url) => nextDownload(session, url)))
      await page.setContent(urls.map((url) => `<iframe src="${url}"></iframe>`).join(''), { waitUntil: 'commit' })
      const saved = await Promise.all((await begun).map((each) => each.saved()))
      await page.close()
      return saved
    },
  }
}

/** Goes where a link of the page would lead. What is saved leaves the page as it is. */
export async function followLink(page: Page, href: string): Promise<void> {
  await page.evaluate(`void location.assign(${JSON.stringify(href)})`)
}

/** Waits until an expression holds in a page, whatever the policy of the page lets scripts do. */
export function until(page: Page, expression: string): Promise<void> {
  return eventually(async () => Boolean(await page.evaluate(expression)), { within: TIMEOUT })
}

const EXECUTABLE = '/usr/bin/chromium'

/** Milliseconds that a busy machine may take for one step. */
const TIMEOUT = 60_000

async function launch(profile: string): Promise<BrowserContext> {
  const downloads = folderOf(profile)
  await mkdir(join(profile, 'Default'), { recursive: true })
  await mkdir(downloads)
  await writeFile(join(profile, 'Default/Preferences'), JSON.stringify(preferences(downloads)))
  return chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-component-update', '--disable-sync'],
    // The size of pages decides what can be seen of them.
    viewport: { width: 1280, height: 800 },
    timeout: TIMEOUT,
  })
}

const folderOf = (profile: string) => join(profile, 'downloads')

function preferences(downloads: string): object {
  return {
    download: { default_directory: downloads, prompt_for_download: false },
    // A page may begin more than one download.
    profile: { default_content_setting_values: { automatic_downloads: 1 } },
  }
}

/**
 * Listens to what Chromium tells of its downloads.
 *
 * Playwright has downloads saved under names that it makes up. Here Chromium saves as it does for people, and so names,
 * and goes on after a broken connection.
 */
async function sessionOfDownloads(context: BrowserContext): Promise<CDPSession> {
  const browser = context.browser()
  assert.ok(browser, 'A profile that Playwright has launched belongs to a browser.')
  const session = await browser.newBrowserCDPSession()
  await session.send('Browser.setDownloadBehavior', { behavior: 'default', eventsEnabled: true })
  return session
}

/** Waits until a download begins, one from an address if it is given. */
function nextDownload(session: CDPSession, from?: string): Promise<Download> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`No download began${from ? ` from ${from}` : ''}.`)), TIMEOUT)
    const listen = ({ guid, url }: { readonly guid: string; readonly url: string }) => {
      if (from !== undefined && from !== url) return
      clearTimeout(timer)
      session.off('Browser.downloadWillBegin', listen)
      resolve(follow(session, guid))
    }
    session.on('Browser.downloadWillBegin', listen)
  })
}

type Progress = { readonly guid: string; readonly state: string; readonly filePath?: string }

function follow(session: CDPSession, id: string): Download {
  const end = new Promise<Progress>((resolve) => {
    const listen = (progress: Progress) => {
      if (progress.guid !== id || progress.state === 'inProgress') return
      session.off('Browser.downloadProgress', listen)
      resolve(progress)
    }
    session.on('Browser.downloadProgress', listen)
  })
  return {
    ended: async () => (await end).state as 'completed' | 'canceled',
    async saved() {
      const { state, filePath = '' } = await end
      assert.equal(state, 'completed')
      return putAside(filePath)
    },
  }
}

const ASIDE = 'given-back-'

/** Out of the way of the next file of this name, which would get a number. */
async function putAside(saved: string): Promise<SavedFile> {
  const name = basename(saved)
  const path = join(await mkdtemp(join(dirname(saved), ASIDE)), name)
  await rename(saved, path)
  return { name, path, bytes: () => readFile(path) }
}
