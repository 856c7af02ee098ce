import { VirtualDownloadView, VirtualFile } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import express from 'express'
import { orders } from './setup/orders.js'

class OrdersView extends VirtualDownloadView<{ year: string }> {
  override getFile() {
    const year = Number(this.params.year)
    // A function: nothing is asked of the database for a HEAD, and the query ends when the client leaves.
    return new VirtualFile((signal) => csv(orders.select({ year, signal })), { name: `orders-${year}.csv` })
  }
}

async function* csv(rows: AsyncIterable<readonly unknown[]>) {
  yield 'order,customer,total\r\n'
  for await (const row of rows) yield `${row.map(cell).join(',')}\r\n`
}

/** RFC 4180; and no cell begins like a formula, which a spreadsheet would run. */
function cell(value: unknown): string {
  const text = String(value ?? '')
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const app = express()
app.get('/orders/:year.csv', toExpressHandler(OrdersView.asView()))
