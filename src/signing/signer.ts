import type { DispositionType } from '../headers/content-disposition.js'

/** What every kind of link can be told. */
export interface LinkOptions {
  /** Seconds for which the link can be used at least. Default: that of the signer. */
  expiresIn?: number | undefined
}

/** How a browser is to treat the file behind a link, which its holder cannot change. */
export interface DispositionOptions {
  /** `attachment` to save the file, `inline` to show it. Default: whoever answers decides. */
  disposition?: DispositionType | undefined
}

/** Makes links that expire. Who checks them is another matter: this application, nginx or lighttpd. */
export interface LinkSigner<Options extends LinkOptions = LinkOptions> {
  /**
   * Signs an address: a path from `/`, or a whole `http(s)://…`, percent-encoded.
   *
   * @throws ConfigurationError for an address that two readers could take for two different ones.
   */
  sign(url: string, options?: Options): string
}
