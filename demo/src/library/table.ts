import type { ObjectModel } from 'downloadview'
import { and, desc, eq, or } from 'drizzle-orm'
import { bigint, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import type { Database } from '../database.js'
import type { UserId } from '../session/users.js'
import { isReadable } from './permission.js'

/** The documents of the library. The bytes are in a storage. */
export const libraryDocuments = pgTable('downloadview_demo_library', {
  id: text().primaryKey(),
  owner: text().notNull(),
  visibility: text({ enum: ['private', 'public'] })
    .notNull()
    .default('private'),
  /** Key in the storage. */
  file: text().notNull(),
  /** What its owner calls it: nothing but a text to us. */
  name: text().notNull(),
  /** What the owner's browser says it is. It is told to others, who are also told not to rely on it. */
  contentType: text('content_type'),
  size: bigint({ mode: 'number' }).notNull(),
  addedAt: timestamp('added_at', { withTimezone: true }).notNull().defaultNow(),
})

export type LibraryDocument = typeof libraryDocuments.$inferSelect
export type NewDocument = typeof libraryDocuments.$inferInsert

/** Makes the table, unless it is there. */
export const CREATE_LIBRARY = `
  create table if not exists downloadview_demo_library (
    id text primary key,
    owner text not null,
    visibility text not null default 'private',
    file text not null,
    name text not null,
    content_type text,
    size bigint not null,
    added_at timestamptz not null default now()
  )`

/** The rows of the library: what views look up, and what pages list. */
export class Library implements ObjectModel<LibraryDocument> {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Finds a document, whoever asks. */
  async find({ id = '' }: Readonly<Record<string, string>>): Promise<LibraryDocument | undefined> {
    // An address can spell anything, but PostgreSQL fails on a text with a NUL.
    if (!/^[\w-]{1,40}$/.test(id)) return undefined
    const found = await this.#database.select().from(libraryDocuments).where(eq(libraryDocuments.id, id))
    return found[0]
  }

  /** Finds a document that somebody may read. */
  async findReadable(id: string, viewer: UserId | undefined): Promise<LibraryDocument | undefined> {
    const document = await this.find({ id })
    return document !== undefined && isReadable(document, viewer) ? document : undefined
  }

  /** What somebody may read, the newest first. */
  readableBy(viewer: UserId | undefined): Promise<LibraryDocument[]> {
    const isPublic = eq(libraryDocuments.visibility, 'public')
    return this.#database
      .select()
      .from(libraryDocuments)
      .where(viewer === undefined ? isPublic : or(isPublic, eq(libraryDocuments.owner, viewer)))
      .orderBy(desc(libraryDocuments.addedAt), libraryDocuments.name)
  }

  async add(document: NewDocument): Promise<void> {
    await this.#database.insert(libraryDocuments).values(document)
  }

  /** Adds those that are not there. */
  async complete(documents: NewDocument[]): Promise<void> {
    await this.#database.insert(libraryDocuments).values(documents).onConflictDoNothing()
  }

  async publish(id: string, visibility: LibraryDocument['visibility']): Promise<void> {
    await this.#database.update(libraryDocuments).set({ visibility }).where(eq(libraryDocuments.id, id))
  }

  /** Takes a document away, and tells whether it was this call that did. */
  async remove({ id, file }: LibraryDocument): Promise<boolean> {
    const isThis = and(eq(libraryDocuments.id, id), eq(libraryDocuments.file, file))
    const removed = await this.#database.delete(libraryDocuments).where(isThis).returning()
    return removed.length > 0
  }
}
