// #region add
import { fileField } from 'downloadview'
import { db, invoices } from './setup/drizzle.js'
import { files } from './setup/files.js'

const pdf = fileField({ storage: files, folder: 'invoices' })

export async function addInvoice(id: number, tenant: number, upload: File): Promise<void> {
  await db.insert(invoices).values({ id, tenant, pdf: await pdf.save(upload.name, upload) })
}

// #endregion

// #region replace
import { eq } from 'drizzle-orm'

export async function replacePdf(invoice: typeof invoices.$inferSelect, upload: File): Promise<void> {
  const stored = await pdf.save(upload.name, upload)
  await db.update(invoices).set({ pdf: stored }).where(eq(invoices.id, invoice.id))
  await pdf.delete(invoice.pdf)
}
// #endregion
