import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PermissionDeniedError } from '../../src/errors.js'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { eventually } from '../support/eventually.js'
import { followLink, startChromium } from './support/chromium.js'
import { createFiles, digestOf, largeContent } from './support/files.js'
import { repliesOf, SERVERS, serveSite } from './support/site.js'

const SIZE = 100 * 1024 * 1024

const files = await createFiles()
files.write('notes.txt', 'Version 1')
const LARGE = await digestOf(files.write('large.bin', largeContent(SIZE)))

const chromium = await startChromium()
const storage = new FileSystemStorage({ root: files.root })

class PrivateView extends StorageDownloadView {
  override storage = storage
  override getPath(): string {
    throw new PermissionDeniedError()
  }
}

const views = {
  '/shown/*path': StorageDownloadView.asView({ storage, attachment: false }),
  '/saved/*path': StorageDownloadView.asView({ storage }),
  '/private': PrivateView.asView(),
}
const pages = { '/': '<a href="/saved/missing.pdf" download>Missing</a> <a href="/private" download>Private</a>' }

for (const server of SERVERS) {
  describe(server, async () => {
    const site = await serveSite(server, { views, pages })
    const { origin } = site

    test('100 MiB are saved whole', async () => {
      const page = await chromium.open(origin)
      const saved = await chromium.save(() => followLink(page, '/saved/large.bin'))
      assert.equal(await digestOf(saved.path), LARGE)
      await page.close()
    })

    test('a reload asks whether the file is still the same, and shows what was kept', async () => {
      files.write('notes.txt', 'Version 1')
      const page = await chromium.open(`${origin}/shown/notes.txt`)
      await page.reload()
      assert.equal(await page.textContent('body'), 'Version 1')
      assert.deepEqual(repliesOf(site, '/shown/notes.txt'), [200, 304])
      await page.close()
    })

    test('a reload shows the file that has come in its place', async () => {
      const page = await chromium.open(`${origin}/shown/notes.txt?2`)
      files.write('notes.txt', 'Version 2')
      await page.reload()
      assert.equal(await page.textContent('body'), 'Version 2')
      await page.close()
    })

    test('a page that gives up a download ends the reading of the server', async () => {
      const page = await chromium.open(origin)
      const received = await page.evaluate(`(async () => {
        const controller = new AbortController()
        const response = await fetch('/saved/large.bin?given-up', { signal: controller.signal })
        const { value } = await response.body.getReader().read()
        controller.abort()
        return value.length
      })()`)
      assert.ok(Number(received) > 0, `${received} bytes were received`)
      const end = () => site.events.find(({ stage }) => stage === 'aborted')
      await eventually(() => end() !== undefined)
      assert.ok((end()?.bytesSent ?? SIZE) < SIZE / 2, `${end()?.bytesSent} bytes were sent`)
      await page.close()
    })

    test('a file that is not there, and one that is refused, are shown as such', async () => {
      const page = await chromium.open()
      const missing = await page.goto(`${origin}/saved/missing.pdf`)
      assert.equal(missing?.status(), 404)
      const refused = await page.goto(`${origin}/private`)
      assert.equal(refused?.status(), 403)
      assert.doesNotMatch(await page.content(), /downloadview-test/)
      await page.close()
    })

    test('an error is never saved as if it were the file', async () => {
      const page = await chromium.open(origin)
      for (const link of ['Missing', 'Private']) {
        const download = await chromium.download(() => page.click(`text=${link}`))
        assert.equal(await download.ended(), 'canceled')
      }
      assert.deepEqual(await chromium.leftInFolder(), [])
      await page.close()
    })
  })
}
