import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { eventually } from '../support/eventually.js'
import { followLink, startChromium, until } from './support/chromium.js'
import { colorOf, createFiles, picture, redPdf, tone } from './support/files.js'
import { SERVERS, serveSite } from './support/site.js'

const files = await createFiles()
files.write('notes.txt', 'Grüße, 世界 🎉\n<b>not bold</b>')
files.write('data.json', '{"answer": 42}')
files.write('red.png', picture(40, 30, [255, 0, 0]))
files.write('circle.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="50" height="20"><circle r="9"/></svg>')
files.write('page.html', '<!doctype html><title>A page</title><style>p{color:rgb(1,2,3)}</style><p>Shown, and no more')
files.write('report.pdf', redPdf())
files.write('tone.wav', tone(2))

const chromium = await startChromium()
const storage = new FileSystemStorage({ root: files.root })
const views = {
  '/shown/*path': StorageDownloadView.asView({ storage, attachment: false }),
  '/saved/*path': StorageDownloadView.asView({ storage }),
}
const pages = { '/': '<img src="/shown/red.png"><img src="/shown/circle.svg"><audio controls src="/shown/tone.wav">' }

for (const server of SERVERS) {
  describe(server, async () => {
    const { origin } = await serveSite(server, { pages, views })
    const page = await chromium.open()

    test('a text is shown with every letter, and its markup is none', async () => {
      await page.goto(`${origin}/shown/notes.txt`)
      assert.equal(await page.textContent('body'), 'Grüße, 世界 🎉\n<b>not bold</b>')
      assert.equal(await page.evaluate('document.contentType'), 'text/plain')
    })

    test('JSON is shown as it is', async () => {
      await page.goto(`${origin}/shown/data.json`)
      assert.match(await page.content(), /\{"answer": 42\}/)
    })

    test('a picture is shown', async () => {
      await page.goto(`${origin}/shown/red.png`)
      assert.deepEqual(await page.evaluate(sizesOfImages), [[40, 30]])
    })

    test('a drawing and a page of visitors are shown, with their own style', async () => {
      await page.goto(`${origin}/shown/circle.svg`)
      assert.equal(await page.evaluate('document.documentElement.nodeName'), 'svg')
      await page.goto(`${origin}/shown/page.html`)
      assert.equal(await page.title(), 'A page')
      assert.equal(await page.evaluate("getComputedStyle(document.querySelector('p')).color"), 'rgb(1, 2, 3)')
    })

    test('a PDF is shown by the viewer', async () => {
      await page.goto(`${origin}/shown/report.pdf`)
      await eventually(async () => String(await colorInTheMiddle(page)) === '255,0,0', { within: 60_000 })
    })

    test('pictures, drawings and sounds are shown within a page', async () => {
      await page.goto(origin)
      assert.deepEqual(await page.evaluate(sizesOfImages), [
        [40, 30],
        [50, 20],
      ])
      await until(page, "document.querySelector('audio').readyState === 4")
      assert.equal(await page.evaluate("document.querySelector('audio').duration"), 2)
    })

    test('an attachment is saved, and the page stays', async () => {
      await page.goto(origin)
      const saved = await chromium.save(() => followLink(page, '/saved/notes.txt'))
      assert.equal(saved.name, 'notes.txt')
      assert.equal(page.url(), `${origin}/`)
    })
  })
}

const colorInTheMiddle = async (page: Page) =>
  colorOf(await page.screenshot({ clip: { x: 640, y: 400, width: 1, height: 1 } }))

const sizesOfImages = 'Array.from(document.images, (image) => [image.naturalWidth, image.naturalHeight])'
