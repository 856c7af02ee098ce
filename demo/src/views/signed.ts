import { type DownloadRequest, StorageDownloadView } from 'downloadview'
import { requireSignature, SignedStorage, UrlSigner } from 'downloadview/signing'
import { type Request, Router } from 'express'
import type { Site } from '../site.js'

/** Files that whoever has a link may have, for a while. */
export function signedRouter({ tickets, signer, sessions, toExpressHandler }: Site): Router {
  const router = Router()

  // #region signed-file
  const ticket = StorageDownloadView.asView({ storage: tickets })
  router.get('/signed/file/*path', toExpressHandler(requireSignature(ticket, { signer })))
  // #endregion

  // #region signed-user
  const context = (request: Request) => ({ user: sessions.userOf(request) })
  const userOf = ({ context }: DownloadRequest) => context.user
  const ownTicket = requireSignature(ticket, { signer, user: userOf })
  router.get('/signed/for-user/*path', toExpressHandler(ownTicket, { context }))
  // #endregion

  return router
}

// #region links
/** For some minutes, each visit makes the same links: browsers then know them again. */
export function signedLinks({ tickets, signer }: Pick<Site, 'tickets' | 'signer'>) {
  const links = new SignedStorage(tickets, { signer })
  return {
    good: links.url('ticket.pdf', { expiresIn: 3600 }) ?? '',
    shown: links.url('ticket.pdf', { expiresIn: 3600, disposition: 'inline' }) ?? '',
    alice: signer.sign('/signed/for-user/ticket.pdf', { user: 'alice' }),
  }
}
// #endregion

/** Makes a link that was good for an hour, until an hour ago. */
export function expiredLink({ tickets, secret }: Pick<Site, 'tickets' | 'secret'>): string {
  const twoHoursAgo = () => Date.now() - 2 * 60 * 60 * 1000
  const signer = new UrlSigner({ secrets: [secret], expiresIn: 3600, stableFor: 1, now: twoHoursAgo })
  return new SignedStorage(tickets, { signer }).url('ticket.pdf') ?? ''
}

/** Gives somebody who has a link a year more, which it was not signed for. */
export function alteredLink(link: string): string {
  const inAYear = Math.floor(Date.now() / 1000) + 365 * 24 * 60 * 60
  return link.replace(/expires=\d+/, `expires=${inAYear}`)
}
