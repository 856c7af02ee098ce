import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isUser, type UserId } from './users.js'

/**
 * Knows again who has signed in, by a cookie that says who it is, until when, and is signed.
 *
 * Nothing is kept on the server. So a cookie that was copied before its owner signed out is good until it ends; a site
 * where that matters keeps its sessions in a table.
 */
export class Sessions {
  readonly #secret: string
  readonly #now: () => number

  constructor(secret: string, now: () => number = Date.now) {
    this.#secret = secret
    this.#now = now
  }

  /** The `Set-Cookie` that signs a user in. */
  begin(user: UserId): string {
    const claim = `${user}.${Math.floor(this.#now() / 1000) + SECONDS}`
    return `${NAME}=${claim}.${this.#signature(claim)}; Max-Age=${SECONDS}; ${ATTRIBUTES}`
  }

  /** The `Set-Cookie` that signs whoever it is out. */
  end(): string {
    return `${NAME}=; Max-Age=0; ${ATTRIBUTES}`
  }

  /** Who asks; `undefined` for somebody who has not signed in, or whose cookie is not one of ours. */
  userOf({ headers }: { readonly headers: IncomingHttpHeaders }): UserId | undefined {
    const [, user, expires = '', signature = ''] = COOKIE.exec(headers.cookie ?? '') ?? []
    if (!isUser(user) || !isEqual(signature, this.#signature(`${user}.${expires}`))) return undefined
    return this.#now() < Number(expires) * 1000 ? user : undefined
  }

  #signature(claim: string): string {
    // Named, so that no other thing that is signed with this secret can be taken for a session.
    return createHmac('sha256', this.#secret).update(`session ${claim}`).digest('base64url')
  }
}

const NAME = 'downloadview-demo'
const COOKIE = new RegExp(`(?:^|; *)${NAME}=([a-z]+)\\.(\\d{1,12})\\.([\\w-]+)(?:;|$)`)
/** A working day. */
const SECONDS = 8 * 60 * 60
/** No script reads it, and no form of another site brings it along. Behind TLS, yours says `Secure` as well. */
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Lax'

function isEqual(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
