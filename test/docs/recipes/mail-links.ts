import { FileSystemStorage, StorageDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import { requireSignature, SignedStorage, UrlSigner } from 'downloadview/signing'
import express from 'express'

const SITE = 'https://shop.example'
const WEEK = 7 * 24 * 60 * 60

const signer = new UrlSigner({ secrets: [process.env['LINK_SECRET'] ?? ''], expiresIn: WEEK, ignore: ['utm_*'] })
const tickets = new FileSystemStorage({ root: process.env['TICKETS'] ?? '/srv/tickets', baseUrl: '/tickets/' })
const links = new SignedStorage(tickets, { signer, link: { disposition: 'attachment' } })

/** The text of a mail: whoever reads it has the ticket, for a week and without a login. */
export function ticketMail(order: string): string {
  return `Your ticket: ${SITE}${links.url(`${order}.pdf`)}\n`
}

export const app = express()
app.get(
  '/tickets/*path',
  toExpressHandler(requireSignature(StorageDownloadView.asView({ storage: tickets }), { signer })),
)
