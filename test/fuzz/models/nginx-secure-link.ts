import { createHash } from 'node:crypto'
import { decodeBytes } from './percent.js'

/** What nginx makes of a link, by `ngx_http_secure_link_module`: the file that it sends, or the status. */
export type NginxAnswer = { readonly uri: string; readonly disposition: string } | 403 | 404 | 410

/** The secret and location of the configuration. */
export interface NginxModel {
  readonly secret: string
  readonly key: string
  readonly location: string
  /** Seconds since 1970. */
  readonly now: number
}

/** Reads a link as nginx does with our configuration; bytes are Latin-1 characters. */
export function nginxAnswer(target: string, { secret, key, location, now }: NginxModel): NginxAnswer {
  const [plain = ''] = target.split('#')
  const mark = plain.indexOf('?')
  const path = mark === -1 ? plain : plain.slice(0, mark)
  const query = mark === -1 ? '' : plain.slice(mark + 1)
  const uri = decodeBytes(path)?.toString('latin1')
  if (uri === undefined || uri.includes('\0')) return 404
  const names = uri.split('/').slice(1)
  // nginx merges separators and takes steps; what our links never have is not followed here.
  if (!uri.startsWith(location) || names.some((name) => ['', '.', '..'].includes(name))) return 404
  if (argument(query, 'key') !== key) return 403
  const [signature = '', expires = '', ...others] =
    `${argument(query, 'signature')},${argument(query, 'expires')}`.split(',')
  if (others.length > 0 || !/^\d+$/.test(expires) || Number(expires) <= 0) return 403
  if (signature.length > 24 || !/^[\w-]*=*$/.test(signature)) return 403
  const disposition = argument(query, 'disposition')
  const hashed = `${secret} ${expires} ${uri} ${disposition} ${secret}`
  const wanted = createHash('md5').update(Buffer.from(hashed, 'latin1')).digest()
  if (!Buffer.from(signature, 'base64url').equals(wanted)) return 403
  return Number(expires) < now ? 410 : { uri, disposition }
}

/** `$arg_name`: the first, whatever its case, not decoded; empty without one. */
function argument(query: string, name: string): string {
  const found = query.split('&').find((pair) => pair.toLowerCase().startsWith(`${name}=`))
  return found === undefined ? '' : found.slice(name.length + 1)
}
