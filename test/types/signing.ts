import {
  type LighttpdSecdownload,
  type LinkSigner,
  type NginxSecureLink,
  requireSignature,
  SignedStorage,
  type SignOptions,
  UrlSigner,
} from '../../src/middleware/signing/index.js'
import { MemoryStorage } from '../../src/storages/memory.js'
import type { Storage } from '../../src/storages/storage.js'
import { StorageDownloadView } from '../../src/views/storage.js'

class InvoiceView extends StorageDownloadView<{ id: string }> {}

const signer = new UrlSigner({ secrets: ['x'.repeat(32)], ignore: ['utm_*'], parameters: { signature: 'sig' } })
declare const nginx: NginxSecureLink
declare const lighttpd: LighttpdSecdownload

signer.sign('/a', { expiresIn: 60, method: 'PUT', user: 'ann', disposition: 'inline' }) satisfies string
signer.verify('/a', { method: 'PUT', user: 'ann' }).expires satisfies Date
nginx.sign('/a', { expiresIn: 60, disposition: 'inline', remoteAddress: '192.0.2.1' }) satisfies string
lighttpd.sign('/a', { expiresIn: 60 }) satisfies string

/** One interface for all of them. */
const signers: readonly LinkSigner[] = [signer, nginx, lighttpd]

// @ts-expect-error a secret may not be set in the environment
new UrlSigner({ secrets: [process.env['LINK_SECRET']] })
// @ts-expect-error there is nothing to sign with
new UrlSigner({ expiresIn: 60 })
// @ts-expect-error there is no such option
new UrlSigner({ secrets: [], secret: 'x' })
// @ts-expect-error a file is saved or shown
signer.sign('/a', { disposition: 'download' })
// @ts-expect-error a moment is no length of time
signer.sign('/a', { expiresIn: new Date() })
// @ts-expect-error nginx knows of no user
nginx.sign('/a', { user: 'ann' })
// @ts-expect-error nginx knows of no method
nginx.sign('/a', { method: 'PUT' })
// @ts-expect-error lighttpd has no parameters for it
lighttpd.sign('/a', { disposition: 'inline' })

/** A storage takes whatever its signer takes, and nothing else. */
const storage = new MemoryStorage()
const signed = new SignedStorage(storage, { signer, link: { disposition: 'inline' } })
signed satisfies Storage
signed.url('a', { user: 'ann' } satisfies SignOptions) satisfies string | undefined
const byNginx = new SignedStorage(storage, { signer: nginx })
byNginx.url('a', { remoteAddress: '192.0.2.1' })
// @ts-expect-error nginx knows of no user
byNginx.url('a', { user: 'ann' })
// @ts-expect-error nginx knows of no user
new SignedStorage(storage, { signer: nginx, link: { user: 'ann' } })
// @ts-expect-error a storage without a signer signs nothing
new SignedStorage(storage, {})

/** Nothing of the contract is forgotten, what is optional included. */
type Forgotten = Exclude<keyof Storage, keyof SignedStorage>
const forgotten: Forgotten[] = []
forgotten satisfies never[]

/** A guard keeps the parameters of its view. */
const guarded = requireSignature(InvoiceView.asView(), { signer, user: ({ params }) => params.id })
guarded satisfies ReturnType<typeof InvoiceView.asView>
// @ts-expect-error the route has no such parameter
requireSignature(InvoiceView.asView(), { signer, user: ({ params }) => params.nr })
// @ts-expect-error a user is named by a text
requireSignature(InvoiceView.asView(), { signer, user: () => 7 })
// @ts-expect-error nginx checks its links itself
requireSignature(InvoiceView.asView(), { signer: nginx })
// @ts-expect-error a guard without a signer lets nobody in
requireSignature(InvoiceView.asView(), {})

export { forgotten, signers }
