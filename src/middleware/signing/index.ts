export type { ExpiryOptions } from '../../signing/expiry.js'
export { LighttpdSecdownload, type LighttpdSecdownloadOptions } from '../../signing/lighttpd-secdownload.js'
export { type NginxLinkOptions, NginxSecureLink, type NginxSecureLinkOptions } from '../../signing/nginx-secure-link.js'
export type { DispositionOptions, LinkOptions, LinkSigner } from '../../signing/signer.js'
export {
  type LinkParameters,
  type SignOptions,
  UrlSigner,
  type UrlSignerOptions,
  type VerifiedLink,
  type VerifyOptions,
} from '../../signing/url-signer.js'
export { SignedStorage, type SignedStorageOptions } from '../../storages/signed.js'
export { type RequireSignatureOptions, requireSignature } from './require-signature.js'
