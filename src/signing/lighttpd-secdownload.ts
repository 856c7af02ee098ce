import { createHmac } from 'node:crypto'
import { ConfigurationError } from '../errors.js'
import { addressBelow } from './below-location.js'
import { checkedLocation, checkedPath, checkedPlainSecrets } from './checks.js'
import { checkedSeconds, Expiry, type ExpiryOptions } from './expiry.js'
import type { LinkOptions, LinkSigner } from './signer.js'

/** Options of {@link LighttpdSecdownload}. */
export interface LighttpdSecdownloadOptions extends ExpiryOptions {
  /**
   * Secrets of 32 characters or more, of letters, digits, `-` and `_`. The first one signs, and lighttpd takes links of
   * all of them: to change the secret, put a new one in front and write the script anew.
   */
  secrets: readonly string[]
  /** Where the files are in addresses, such as `/media/`. */
  location: string
  /** Absolute path of the folder with the files, as lighttpd sees it. */
  files: string
  /** Seconds that no link lives longer than, known to the server. Default: `86400`, a day. */
  timeout?: number | undefined
}

/**
 * Makes links that lighttpd checks by itself, in the form of its `mod_secdownload` with HMAC-SHA256:
 * `/media/MAC/TIME/name`. The application hears nothing of the download.
 *
 * What is bound: the path and the time. lighttpd 1.4.68 and later have no such module any more; {@link script} does the
 * same for `mod_magnet`.
 */
export class LighttpdSecdownload implements LinkSigner {
  readonly #secrets: readonly string[]
  readonly #location: string
  readonly #files: string
  readonly #timeout: number
  readonly #expiry: Expiry

  /** @throws ConfigurationError for a secret that is too short, or an option that could not work. */
  constructor({ secrets, location, files, timeout = 86_400, ...expiry }: LighttpdSecdownloadOptions) {
    this.#secrets = checkedPlainSecrets(secrets, OWNER)
    this.#location = checkedLocation(location, OWNER)
    this.#files = checkedPath(files, 'files', OWNER)
    this.#timeout = checkedSeconds('timeout', timeout, OWNER)
    this.#expiry = new Expiry(expiry, OWNER)
    this.#assertShort()
  }

  /**
   * Signs an address below the location: a path from `/`, or a whole `http(s)://…`, percent-encoded.
   *
   * @throws ConfigurationError for an address that lighttpd would read in another way, and for a link that would live
   * longer than {@link LighttpdSecdownloadOptions.timeout}.
   */
  sign(url: string, { expiresIn }: LinkOptions = {}): string {
    const address = addressBelow(this.#location, url, OWNER)
    this.#assertShort(expiresIn)
    // The server counts its timeout from here.
    const time = (this.#expiry.next(expiresIn) - this.#timeout).toString(16).padStart(8, '0')
    const signed = createHmac('sha256', this.#secrets[0] as string).update(`/${time}/${address.rest}`)
    const names = address.rest.split('/').map(encodeURIComponent).join('/')
    const query = address.query === '' ? '' : `?${address.query}`
    return `${address.origin}${this.#location}${signed.digest('base64url')}/${time}/${names}${query}${address.fragment}`
  }

  /** Writes the part of lighttpd's configuration that runs the script, which lies under this absolute path. */
  config({ script }: { script: string }): string {
    const pattern = this.#location.replaceAll('.', '\\.')
    return `# Written by LighttpdSecdownload.config().
server.modules += ( "mod_magnet" )
$HTTP["url"] =~ "^${pattern}" {
    magnet.attract-physical-path-to = ( "${checkedPath(script, 'script', OWNER)}" )
}
`
  }

  /**
   * Writes the script in Lua that checks these links. It holds the secrets: let nobody read it but the user that lighttpd
   * runs as.
   */
  script(): string {
    const secrets = this.#secrets.map((secret) => `"${secret}"`).join(', ')
    return `-- Written by LighttpdSecdownload.script(). It holds secrets: let only lighttpd's own user read it.
local secrets = { ${secrets} }
local location = "${this.#location}"
local files = "${this.#files}"
local timeout = ${this.#timeout}

local r = lighty.r
-- Decoded, without steps back.
local path = r.req_attr["uri.path"]
if string.sub(path, 1, #location) ~= location then
  return 403
end
local mac, time, name = string.match(string.sub(path, #location + 1), "^([%w_-]+)/(%x%x%x%x%x%x%x%x)(/.+)$")
if mac == nil or string.find(name .. "/", "/%.%.?/") then
  return 403
end
local known = false
for _, secret in ipairs(secrets) do
  local digest = lighty.c.hexdec(lighty.c.hmac("sha256", secret, "/" .. time .. name))
  -- Takes as long for a good guess as for a bad one.
  if lighty.c.secret_eq(mac, (string.gsub(lighty.c.b64urlenc(digest), "=", ""))) then
    known = true
  end
end
if not known then
  return 403
end
if math.abs(os.time() - tonumber(time, 16)) > timeout then
  return 410
end
r.req_attr["physical.path"] = files .. name
r.resp_header["Cache-Control"] = "private, no-cache"
r.resp_header["X-Content-Type-Options"] = "nosniff"
return 0
`
  }

  /** Refuses what the server would not let live so long. */
  #assertShort(expiresIn?: number): void {
    const longest = this.#expiry.longest(expiresIn)
    if (longest <= this.#timeout) return
    throw new ConfigurationError(
      `${OWNER}: a link could live for ${longest} seconds (expiresIn and stableFor), and the timeout is ${this.#timeout}. Set a longer timeout and write the script anew.`,
    )
  }
}

const OWNER = 'LighttpdSecdownload'
