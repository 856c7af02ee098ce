import type { Socket } from 'node:net'
import type { Site } from '../site.js'

/** Address by which visitors reach the site, without the last slash: that of the server in front, or its own. */
export function originOf({ front }: Pick<Site, 'front'>, { localPort }: Pick<Socket, 'localPort'>): string {
  return front?.publicUrl ?? `http://127.0.0.1:${localPort}`
}
