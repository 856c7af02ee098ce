import { basename } from 'node:path'
import { toExpressHandler } from 'downloadview/express'
import { createCanaryHandler, createHealthChecks, type HealthReport, healthHandler } from 'downloadview/health'
import { Router } from 'express'
import { viewerOf } from '../session/router.js'
import type { Site } from '../site.js'
import { statusPage } from './page.js'

/** Tells whether downloads work, by the health checks of the library: what `downloadview doctor` would say. */
export function statusRouter({ front, toExpressHandler: handedOver }: Site): Router {
  const router = Router()
  if (front === undefined) {
    router.get('/status/', (_request, response) => statusPage(response, undefined))
    return router
  }

  // #region health
  const checks = createHealthChecks({ config: front.config, publicUrl: front.publicUrl })
  // Without a middleware of its own: the checks then see whether that of the site is there.
  const canaries = createCanaryHandler(front.config, { middleware: false })
  router.get('/-/downloadview/:rule/:name', handedOver(canaries))
  router.get('/status/health.json', toExpressHandler(healthHandler(checks)))
  // #endregion

  let latest: { time: number; report: Promise<HealthReport> } | undefined
  router.get('/status/', async (_request, response) => {
    // However many look at the page, the checks run only now and then.
    if (latest === undefined || Date.now() - latest.time > MAX_AGE) {
      latest = { time: Date.now(), report: checks.run({ all: true }) }
    }
    const { time, report } = latest
    statusPage(response, {
      ...{ server: front.server, publicUrl: front.publicUrl, time: new Date(time), report: await report },
      names: front.config.rules.map(({ sourceDir = '' }) => basename(sourceDir)),
      viewer: viewerOf(response),
    })
  })
  return router
}

/** Milliseconds. */
const MAX_AGE = 5000
