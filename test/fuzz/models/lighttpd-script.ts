import { createHmac } from 'node:crypto'
import { decodeBytes } from './percent.js'

/** Reads a link as our script for lighttpd does: the name of the file below the folder, or the status. */
export function lighttpdAnswer(
  target: string,
  { secret, location, timeout, now }: { secret: string; location: string; timeout: number; now: number },
): { readonly name: string } | 403 | 404 | 410 {
  const path = decodeBytes(target.split('#')[0]?.split('?')[0] as string)?.toString('latin1')
  if (path === undefined || hasControl(path)) return 404
  if (path.includes('//') || /\/\.{1,2}(\/|$)/.test(path)) return 404
  if (!path.startsWith(location)) return 403
  const [mac = '', time = '', ...names] = path.slice(location.length).split('/')
  const name = `/${names.join('/')}`
  if (!/^[\w-]+$/.test(mac) || !/^[0-9a-fA-F]{8}$/.test(time) || name === '/') return 403
  const wanted = createHmac('sha256', secret)
    .update(Buffer.from(`/${time}${name}`, 'latin1'))
    .digest('base64url')
  if (mac !== wanted) return 403
  return Math.abs(now - Number.parseInt(time, 16)) > timeout ? 410 : { name }
}

function hasControl(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\x7f')
}
