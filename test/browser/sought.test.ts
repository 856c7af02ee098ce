import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { eventually } from '../support/eventually.js'
import { startChromium, until } from './support/chromium.js'
import { createFiles, tone } from './support/files.js'
import { longFilm } from './support/film.js'
import { SERVERS, serveSite } from './support/site.js'

const MIB = 1024 * 1024
const FILM = longFilm(40 * MIB)
const TONE = tone(300)

const files = await createFiles()
files.write('film.mp4', FILM)
files.write('tone.wav', TONE)

/** What is played, and to which second a visitor goes. */
const PLAYED = {
  video: { path: '/media/film.mp4', size: FILM.length, seconds: 60, to: 45 },
  audio: { path: '/media/tone.wav', size: TONE.length, seconds: 300, to: 200 },
}

const chromium = await startChromium()
const storage = new FileSystemStorage({ root: files.root })
const views = { '/media/*path': StorageDownloadView.asView({ storage, attachment: false }) }
const pages = {
  '/video': '<video controls muted preload="metadata" src="/media/film.mp4"></video>',
  '/audio': '<audio controls muted preload="metadata" src="/media/tone.wav"></audio>',
}

for (const server of SERVERS) {
  describe(server, async () => {
    const site = await serveSite(server, { pages, views })

    for (const [kind, { path, size, seconds, to }] of Object.entries(PLAYED)) {
      test(`${kind} knows how long it is, and plays on from where a visitor goes, by ranges`, async () => {
        const page = await chromium.open(`${site.origin}/${kind}`)
        await untilReady(page)
        assert.equal(await duration(page), seconds)
        await seek(page, to)
        await untilPlayed(page, to + 0.5)
        const asked = site.events.filter(({ stage, urlPath }) => stage === 'started' && urlPath === path)
        // The browser asks on and off whether what it has kept is still the file.
        assert.deepEqual(new Set(asked.map(({ status }) => status).filter((status) => status !== 304)), new Set([206]))
        assert.equal(asked[0]?.ranges[0]?.start, 0)
        const begins = asked.flatMap(({ ranges }) => ranges.map(({ start }) => start / size))
        assert.ok(
          begins.some((part) => part > 0.5 && part < 0.9),
          `It began at ${begins}`,
        )
        await page.close()
      })
    }

    test('what a visitor leaps over is not sent', async () => {
      // One whose visitor leapt on before it began only ends.
      const ids = (isStart: boolean) =>
        site.events.filter((it) => (it.stage === 'started') === isStart).map(({ id }) => id)
      await eventually(() => ids(true).every((id) => ids(false).includes(id)))
      const sent = site.events.reduce((sum, { bytesSent }) => sum + bytesSent, 0)
      assert.ok(sent < FILM.length + TONE.length, `${sent} bytes were sent`)
    })
  })
}

/** The one player of the page. */
const PLAYER = "document.querySelector('video, audio')"
const untilReady = (page: Page) => until(page, `${PLAYER}.readyState >= 1`)
const duration = (page: Page) => page.evaluate(`${PLAYER}.duration`)
const seek = (page: Page, to: number) => page.evaluate(`{ ${PLAYER}.currentTime = ${to}; ${PLAYER}.play() }`)
const untilPlayed = (page: Page, to: number) => until(page, `${PLAYER}.currentTime >= ${to}`)
