import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { ConfigurationError } from '../errors.js'
import { notSignable, type Parameter, withParameters } from './address.js'
import { addressBelow } from './below-location.js'
import { checkedDisposition, checkedLocation, checkedPath, checkedPlainSecrets } from './checks.js'
import { Expiry, type ExpiryOptions, formatExpiry } from './expiry.js'
import type { DispositionOptions, LinkOptions, LinkSigner } from './signer.js'

/** Options of {@link NginxSecureLink}. */
export interface NginxSecureLinkOptions extends ExpiryOptions {
  /**
   * Secrets of 32 characters or more, of letters, digits, `-` and `_`. The first one signs, and nginx takes links of all
   * of them: to change the secret, put a new one in front and write the configuration anew.
   */
  secrets: readonly string[]
  /** Where the files are in addresses, such as `/media/`. */
  location: string
  /** Absolute path of the folder with the files, as nginx sees it. */
  files: string
  /** `true` binds each link to the address of one client, see {@link NginxLinkOptions.remoteAddress}. Default: `false`. */
  bindRemoteAddress?: boolean | undefined
}

/** What {@link NginxSecureLink.sign} can be told. */
export interface NginxLinkOptions extends LinkOptions, DispositionOptions {
  /** The IP address that nginx sees of the client; needed with {@link NginxSecureLinkOptions.bindRemoteAddress}. */
  remoteAddress?: string | undefined
}

/**
 * Makes links that nginx checks by itself, with its module `secure_link`: the application hears nothing of the download.
 *
 * What is bound: the path, the expiry, the disposition, and the client's address if that is wanted. Other parameters are
 * not: nginx has no use for them. The module knows only MD5; the secret stands at both ends of what is hashed, since in
 * front alone a hash could be carried on, and at the end alone two texts of one hash could be found beforehand.
 */
export class NginxSecureLink implements LinkSigner<NginxLinkOptions> {
  readonly #secrets: readonly string[]
  readonly #location: string
  readonly #files: string
  readonly #bindRemoteAddress: boolean
  readonly #expiry: Expiry

  /** @throws ConfigurationError for a secret that is too short, or an option that could not work. */
  constructor({ secrets, location, files, bindRemoteAddress = false, ...expiry }: NginxSecureLinkOptions) {
    this.#secrets = checkedPlainSecrets(secrets, OWNER)
    this.#location = checkedLocation(location, OWNER)
    this.#files = checkedPath(files, 'files', OWNER)
    this.#bindRemoteAddress = bindRemoteAddress
    this.#expiry = new Expiry(expiry, OWNER)
  }

  /**
   * Signs an address below the location: a path from `/`, or a whole `http(s)://…`, percent-encoded.
   *
   * @throws ConfigurationError for an address that nginx would read in another way, or that has a parameter of a signed
   * link already.
   */
  sign(url: string, { expiresIn, disposition, remoteAddress }: NginxLinkOptions = {}): string {
    const secret = this.#secrets[0] as string
    const { rest, ...address } = addressBelow(this.#location, url, OWNER)
    // nginx finds parameters whatever their case.
    const taken = address.parameters.find(([name]) => OWN_PARAMETERS.includes(name.toLowerCase()))?.[0]
    if (taken !== undefined) throw notSignable(url, `it has a parameter "${taken}" already`, OWNER)
    const expires = formatExpiry(this.#expiry.next(expiresIn))
    const shown = disposition === undefined ? '' : checkedDisposition(disposition, OWNER)
    // No part after the path has a blank, so that none can pass for the end of the path.
    const hashed = [secret, expires, this.#location + rest, ...this.#address(remoteAddress), shown, secret]
    const added: Parameter[] = [['expires', expires]]
    if (shown !== '') added.push(['disposition', shown])
    const signature = createHash('md5').update(hashed.join(' ')).digest('base64url')
    return withParameters(address, [...added, ['key', keyOf(secret)], ['signature', signature]])
  }

  /**
   * Writes the location for nginx that checks these links. Include it from a `server` block; it holds the secrets, so let
   * nobody else read the file.
   */
  config(): string {
    const client = this.#bindRemoteAddress ? ' $remote_addr' : ''
    return `# Written by NginxSecureLink.config(). It holds secrets: let only root read it.
# No location with a pattern may come before it, hence the "^~".
location ^~ ${this.#location} {
    set $downloadview_secret "";
${this.#secrets.map(secretOfKey).join('\n')}
    # Without this, whoever names a key that is none would know the secret: it is empty.
    if ($downloadview_secret = "") {
        return 403;
    }
    secure_link $arg_signature,$arg_expires;
    secure_link_md5 "$downloadview_secret $secure_link_expires $uri${client} $arg_disposition $downloadview_secret";
    if ($secure_link = "") {
        return 403;
    }
    if ($secure_link = "0") {
        return 410;
    }
    alias "${this.#files}/";
    # An empty value is not sent; any other was signed.
    add_header Content-Disposition $arg_disposition;
    add_header Cache-Control "private, no-cache";
    add_header X-Content-Type-Options nosniff always;
}
`
  }

  /** The address of the client as nginx writes it, if it is bound. */
  #address(remoteAddress: string | undefined): string[] {
    if (!this.#bindRemoteAddress && remoteAddress === undefined) return []
    if (!this.#bindRemoteAddress) {
      throw new ConfigurationError(
        `${OWNER}: remoteAddress would be ignored. Set bindRemoteAddress: true, and write the configuration anew.`,
      )
    }
    const plain = remoteAddress?.replace(/^::ffff:(?=\d+\.)/i, '') ?? ''
    if (isIP(plain) === 4) return [plain]
    if (isIP(plain) === 6 && !plain.includes('%')) return [new URL(`http://[${plain}]`).hostname.slice(1, -1)]
    throw new ConfigurationError(
      `${OWNER}: with bindRemoteAddress every link needs the client's IP address as remoteAddress, got ${JSON.stringify(remoteAddress)}.`,
    )
  }
}

const OWNER = 'NginxSecureLink'
const OWN_PARAMETERS = ['expires', 'disposition', 'key', 'signature']

function secretOfKey(secret: string): string {
  return `    if ($arg_key = "${keyOf(secret)}") {
        set $downloadview_secret "${secret}";
    }`
}

/** Names a secret in links, since nginx cannot try one after the other. Nothing of the secret follows from it. */
function keyOf(secret: string): string {
  return createHash('sha256').update(`downloadview key ${secret}`).digest('hex').slice(0, 8)
}
