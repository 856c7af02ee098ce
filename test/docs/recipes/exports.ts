import { createHash } from 'node:crypto'
import { ExpiringStorage, StorageDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import express from 'express'
import { orders } from './setup/orders.js'

const HOUR = 60 * 60
const exports = new ExpiringStorage({ root: process.env['EXPORTS'] ?? '/srv/exports', keepFor: HOUR })
const running = new Map<string, Promise<void>>()

class ExportView extends StorageDownloadView<{ year: string }> {
  override storage = exports

  override async getPath() {
    const { user = 'nobody' } = this.request.context
    // Of each user one, under a name that tells nothing of him.
    const owner = createHash('sha256').update(user).digest('hex').slice(0, 16)
    const key = `${owner}/orders-${Number(this.params.year)}.json`
    if (!(await exports.exists(key))) await makeOnce(key, Number(this.params.year))
    return key
  }
}

/** Two who ask at the same time wait for the same export; a download that resumes finds the file it began with. */
function makeOnce(key: string, year: number): Promise<void> {
  const making = running.get(key) ?? exports.save(key, lines(year)).finally(() => running.delete(key))
  running.set(key, making)
  return making
}

async function* lines(year: number) {
  for await (const order of orders.select({ year })) yield `${JSON.stringify(order)}\n`
}

export const app = express()
const context = (req: express.Request) => ({ user: req.header('x-user') })
app.get('/exports/:year', toExpressHandler(ExportView.asView(), { context }))

declare module 'downloadview' {
  interface DownloadContext {
    user?: string | undefined
  }
}
