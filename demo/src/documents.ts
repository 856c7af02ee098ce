import type { ObjectModel } from 'downloadview'
import { and, eq, type SQL } from 'drizzle-orm'
import { customType, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import type { Database } from './database.js'

const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })

/** A row tells where its files are: names in a storage, or the bytes themselves. */
export const documents = pgTable('downloadview_demo_documents', {
  slug: text().primaryKey(),
  file: text(),
  anotherFile: text('another_file'),
  basename: text(),
  picture: bytea(),
  sha256: text(),
  owner: text(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
})

export type Document = typeof documents.$inferSelect

/** Makes the table, unless it is there; one of an older demo gets the column that it lacks. */
export const CREATE_DOCUMENTS = [
  `create table if not exists downloadview_demo_documents (
    slug text primary key,
    file text,
    another_file text,
    basename text,
    picture bytea,
    owner text,
    updated_at timestamptz not null default now()
  )`,
  'alter table downloadview_demo_documents add column if not exists sha256 text',
]

// #region model
/** Lets views look up documents: a model is anything that can `find()`. */
export function documentsIn(database: Database, condition?: SQL): ObjectModel<Document> {
  return {
    async find({ slug = '' }) {
      // An address can spell anything, but PostgreSQL fails on a text with a NUL.
      if (!/^[\w-]+$/.test(slug)) return undefined

      const found = await database
        .select()
        .from(documents)
        .where(and(eq(documents.slug, slug), condition))
      return found[0]
    },
  }
}
// #endregion
