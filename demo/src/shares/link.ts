import type { UrlSigner } from 'downloadview/signing'
import type { Share } from './table.js'

// #region share-link
/** The link of a share, the same each time: it ends when the row does. */
export function linkOf({ id, expiresAt }: Pick<Share, 'id' | 'expiresAt'>, signer: UrlSigner): string {
  const seconds = Math.max(1, Math.floor((expiresAt.getTime() - Date.now()) / 1000))
  return signer.sign(`/shared/${id}/`, { expiresIn: seconds })
}
// #endregion
