import type { ObjectModel } from 'downloadview'
import { desc, eq } from 'drizzle-orm'
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import type { Database } from '../database.js'

// #region table
/** What visitors have uploaded. The bytes are in a storage. */
export const uploadedFiles = pgTable('downloadview_demo_uploads', {
  id: uuid().primaryKey().defaultRandom(),
  /** Key in the storage. */
  file: text().notNull(),
  /** What the visitor calls it: nothing but a text to us. */
  name: text().notNull(),
  /** What the visitor's browser says it is. It is told to others, who are also told not to rely on it. */
  contentType: text('content_type'),
  size: integer().notNull(),
  uploadedAt: timestamp('uploaded_at', { withTimezone: true }).notNull().defaultNow(),
})
// #endregion

export type UploadedFile = typeof uploadedFiles.$inferSelect

/** Makes the table, unless it is there. */
export const CREATE_UPLOADED_FILES = `
  create table if not exists downloadview_demo_uploads (
    id uuid primary key default gen_random_uuid(),
    file text not null,
    name text not null,
    content_type text,
    size integer not null,
    uploaded_at timestamptz not null default now()
  )`

/** The rows of uploaded files: what views look up, and what the page lists. */
export class UploadedFiles implements ObjectModel<UploadedFile> {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async find({ id = '' }: Readonly<Record<string, string>>): Promise<UploadedFile | undefined> {
    // PostgreSQL fails on what is no UUID.
    if (!/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(id)) return undefined
    const found = await this.#database.select().from(uploadedFiles).where(eq(uploadedFiles.id, id))
    return found[0]
  }

  async add(file: typeof uploadedFiles.$inferInsert): Promise<void> {
    await this.#database.insert(uploadedFiles).values(file)
  }

  /** The latest ones, the newest first. */
  latest(count: number): Promise<UploadedFile[]> {
    return this.#database.select().from(uploadedFiles).orderBy(desc(uploadedFiles.uploadedAt)).limit(count)
  }
}
