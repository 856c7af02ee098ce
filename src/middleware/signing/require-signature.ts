import { ConfigurationError } from '../../errors.js'
import { letGo } from '../../files/let-go.js'
import type { DownloadHandler, DownloadRequest, Outcome, Params } from '../../handler.js'
import { contentDisposition, type DispositionType } from '../../headers/content-disposition.js'
import { DownloadResponse } from '../../responses/download.js'
import { ProxiedDownloadResponse } from '../../responses/proxied.js'
import { invalidLink, type UrlSigner } from '../../signing/url-signer.js'

/** Options of {@link requireSignature}. */
export interface RequireSignatureOptions<P extends Params = Params> {
  /** Checks the links; with the same secrets as the one that made them. */
  signer: Pick<UrlSigner, 'verify'>
  /**
   * Tells who asks. With it, only links are good that were signed for this user; without a user, none is. Left out, only
   * links are good that were signed for nobody in particular.
   */
  user?: ((request: DownloadRequest<P>) => string | undefined | Promise<string | undefined>) | undefined
  /** Finds the address that was signed, where a proxy changes it on its way. Default: that of the request. */
  url?: ((request: DownloadRequest<P>) => string) | undefined
}

/**
 * Lets only those requests through to a view that have a good link: signed for this address, method and user, and not
 * expired. All others are one and the same 403, before the view does anything.
 *
 * A link's disposition is that of the download. Put the guard around the view, and a hand-over to a proxy around the guard.
 */
export function requireSignature<P extends Params>(
  handler: DownloadHandler<P>,
  { signer, user, url }: RequireSignatureOptions<P>,
): DownloadHandler<P> {
  return async (request) => {
    const asking = await user?.(request)
    // Without this, a link for everybody would be good for those who are nobody.
    if (user !== undefined && !asking) throw invalidLink('The application knows of no user.')
    const { disposition } = signer.verify(url?.(request) ?? request.url, { method: request.method, user: asking })
    const outcome = await handler(request)
    return disposition === undefined ? outcome : withDisposition(outcome, disposition)
  }
}

function withDisposition(outcome: Outcome, disposition: DispositionType): Outcome {
  if (outcome instanceof DownloadResponse) {
    outcome.headers.set('Content-Disposition', contentDisposition(disposition, outcome.basename))
  } else if (outcome instanceof ProxiedDownloadResponse) {
    // No reply carries the file any more, so that nobody else would let it go.
    letGo(outcome.file)
    throw new ConfigurationError(
      'requireSignature: the download was handed over before its link could say how it is shown. Put the guard around the view, and the hand-over around the guard.',
    )
  }
  return outcome
}
