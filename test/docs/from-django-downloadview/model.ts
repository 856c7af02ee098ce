import { MemoryStorage, type ObjectModel } from 'downloadview'

export interface Invoice {
  readonly slug: string
  readonly number: number
  /** Name of the document in {@link files}. */
  readonly pdf: string
}

const rows: readonly Invoice[] = [
  { slug: 'march', number: 2026003, pdf: 'scan-17.pdf' },
  { slug: 'april', number: 2026004, pdf: '' },
]

export const invoices: ObjectModel<Invoice> = {
  find: async ({ slug }) => rows.find((row) => row.slug === slug),
}

export const files = new MemoryStorage()
await files.save('scan-17.pdf', '%PDF-17')
