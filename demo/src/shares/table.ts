import { randomUUID } from 'node:crypto'
import { and, desc, eq, isNull } from 'drizzle-orm'
import { pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import type { Database } from '../database.js'

// #region shares-table
/** Links that owners gave away. The link is signed and tells when it ends; its row lets the owner end it before. */
export const shareRows = pgTable('downloadview_demo_shares', {
  id: text().primaryKey(),
  document: text().notNull(),
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
  revokedAt: timestamp('revoked_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
})
// #endregion

export type Share = typeof shareRows.$inferSelect

/** Makes the table, unless it is there. */
export const CREATE_SHARES = `
  create table if not exists downloadview_demo_shares (
    id text primary key,
    document text not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    created_at timestamptz not null default now()
  )`

/** The rows of shares. */
export class Shares {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async find(id: string): Promise<Share | undefined> {
    if (!/^[\w-]{1,40}$/.test(id)) return undefined
    const found = await this.#database.select().from(shareRows).where(eq(shareRows.id, id))
    return found[0]
  }

  /** The shares of a document, the newest first. */
  of(document: string): Promise<Share[]> {
    return this.#database
      .select()
      .from(shareRows)
      .where(eq(shareRows.document, document))
      .orderBy(desc(shareRows.createdAt))
  }

  async add(document: string, seconds: number): Promise<void> {
    // In whole seconds, as links tell their end.
    const expiresAt = new Date((Math.ceil(Date.now() / 1000) + seconds) * 1000)
    await this.#database.insert(shareRows).values({ id: randomUUID(), document, expiresAt })
  }

  /** Ends a share of a document now. Whoever has its link gets nothing any more. */
  async revoke(document: string, id: string): Promise<void> {
    const isThis = and(eq(shareRows.id, id), eq(shareRows.document, document), isNull(shareRows.revokedAt))
    await this.#database.update(shareRows).set({ revokedAt: new Date() }).where(isThis)
  }

  async removeAll(document: string): Promise<void> {
    await this.#database.delete(shareRows).where(eq(shareRows.document, document))
  }
}

/** Tells whether a share is good: `revoked` and `expired` ones are not. */
export function stateOf({ revokedAt, expiresAt }: Share, now = Date.now()): 'active' | 'revoked' | 'expired' {
  if (revokedAt !== null) return 'revoked'
  return now < expiresAt.getTime() ? 'active' : 'expired'
}
