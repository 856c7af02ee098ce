import { type DownloadRequest, FileSystemStorage, StorageDownloadView } from 'downloadview'
import { requireSignature, SignedStorage, UrlSigner } from 'downloadview/signing'

const [newSecret, oldSecret] = ['the secret of this year, long enough', 'the secret of last year, long enough']
const storage = new FileSystemStorage({ root: '/srv/media', baseUrl: '/media/' })

/** Stands in for your login. */
function userOf({ headers }: DownloadRequest): string | undefined {
  return headers.get('x-user') ?? undefined
}

// #region rotation
export const signer = new UrlSigner({ secrets: [newSecret, oldSecret] })
// #endregion

// #region options
export const upload = signer.sign('/media/new.pdf?folder=7', { expiresIn: 600, method: 'PUT' })
export const shown = signer.sign('https://files.example/media/a%20b.pdf', { disposition: 'inline' })
// #endregion

// #region user
export const links = new SignedStorage(storage, { signer, link: { disposition: 'attachment' } })
export const mine = links.url('salary.pdf', { user: 'ann' })

export const view = requireSignature(StorageDownloadView.asView({ storage }), {
  signer,
  user: (request) => userOf(request),
})
// #endregion
