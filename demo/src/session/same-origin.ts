import { isIP } from 'node:net'
import { PermissionDeniedError } from 'downloadview'
import type { Request } from 'express'

/**
 * Refuses requests under a name that could be anybody's. A site whose name leads to this machine all of a sudden ("DNS
 * rebinding") would be the same site to its visitor's browser, and read and write here what it likes.
 */
export function assertOwnHost({ headers: { host } }: Pick<Request, 'headers'>): void {
  const name = host?.replace(/:\d*$/, '') ?? 'localhost'
  const isOurs = name === 'localhost' || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0
  if (!isOurs) throw new PermissionDeniedError('This site goes by its address, or by the name localhost.')
}

// #region same-origin
/**
 * Refuses forms that another site has sent by the visitor's browser. Whoever runs this site has it on his own machine,
 * which the pages of all sites can reach that his browser has open: they would fill its disk, and sign him out.
 *
 * Browsers tell where a form comes from, and no script can change that. Without these headers it is no browser.
 */
export function assertSameOrigin({ headers }: Pick<Request, 'headers'>): void {
  const { origin, host, 'sec-fetch-site': site } = headers
  const isOurs = site === undefined ? origin === undefined || origin === `http://${host}` : site === 'same-origin'
  if (!isOurs) throw new PermissionDeniedError('Forms are taken from the pages of this site alone.')
}
// #endregion
