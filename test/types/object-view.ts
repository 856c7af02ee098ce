import { ContentFile } from '../../src/files/content.js'
import { MemoryStorage } from '../../src/storages/memory.js'
import { ObjectDownloadView } from '../../src/views/object.js'

interface Invoice {
  id: number
  pdf: string
  scan: Uint8Array | null
  title: string
  bytes: bigint
}

const invoices = { find: async (): Promise<Invoice | null> => null }

/** The fields of the object are the ones that can be named. */
class InvoiceView extends ObjectDownloadView<Invoice, { id: string }> {
  override model = invoices
  override storage = new MemoryStorage()
  override fileField = 'pdf' as const
  override basenameField = 'title' as const

  override getBasename(): string {
    return `${this.object.title}-${this.params.id}.pdf`
  }

  override async getObject(): Promise<Invoice> {
    const invoice = await super.getObject()
    invoice.pdf satisfies string
    // @ts-expect-error an invoice has no owner
    invoice.ownerId
    return invoice
  }
}
InvoiceView.asView({ attachment: false, sizeField: 'bytes' })
InvoiceView.asView({ basenameField: 'title', slugField: 'title', pkField: 'id' })

class WithoutFileField extends ObjectDownloadView<Invoice> {
  override model = invoices
}
WithoutFileField.asView({ fileField: 'scan' })
// @ts-expect-error an invoice has no such field
WithoutFileField.asView({ fileField: 'file' })
// @ts-expect-error nor this one
WithoutFileField.asView({ sizeField: 'size' })
// @ts-expect-error there is one model to look in, not several
WithoutFileField.asView({ model: [invoices] })
// @ts-expect-error the model finds something else
WithoutFileField.asView({ model: { find: async () => ({ name: 'no invoice' }) } })

class WrongField extends ObjectDownloadView<Invoice> {
  // @ts-expect-error an invoice has no field `file`
  override fileField = 'file' as const
}

class WrongObject extends ObjectDownloadView<Invoice> {
  // @ts-expect-error this is no invoice
  override async getObject(): Promise<{ id: number }> {
    return { id: 1 }
  }
}

class WrongModel extends ObjectDownloadView<Invoice> {
  // @ts-expect-error a model finds objects
  override model = { get: async () => undefined }
}

/** What `getFile()` gives is a file of any kind. */
class OwnFile extends ObjectDownloadView<Invoice> {
  override async getFile() {
    return new ContentFile((await this.getObject()).title)
  }
}

export { OwnFile, WrongField, WrongModel, WrongObject }
