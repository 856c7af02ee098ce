import { LocalFile } from '../../src/files/local.js'
import { VirtualFile } from '../../src/files/virtual.js'
import type { DownloadHandler } from '../../src/handler.js'
import { DownloadResponse } from '../../src/responses/download.js'
import { MemoryStorage } from '../../src/storages/memory.js'
import { PathDownloadView } from '../../src/views/path.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { VirtualDownloadView } from '../../src/views/virtual.js'

class InvoiceView extends PathDownloadView<{ id: string }> {
  year = 2024
  prefix: string | undefined
  readonly currency = 'EUR'
  #secret = 'none'

  label(): string {
    return `${this.#secret} ${this.params.id}`
  }

  override getPath(): string {
    return `${this.year}/${this.params.id}.pdf`
  }
}

/** The public fields of a view are its options, those of a subclass as well. */
PathDownloadView.asView()
PathDownloadView.asView({})
PathDownloadView.asView({ path: 'a.txt', root: '/srv', pathParam: 'key', dotfiles: 'allow' })
InvoiceView.asView({ attachment: false, basename: 'invoice.pdf', mimeType: 'application/pdf', charset: '' })
InvoiceView.asView({ cacheControl: false, contentSecurityPolicy: "default-src 'none'", encoding: 'gzip' })
InvoiceView.asView({ headers: { 'X-Test': 'yes', 'Set-Cookie': ['a=1', 'b=2'] }, responseClass: DownloadResponse })
InvoiceView.asView({ year: 2025, prefix: undefined })
StorageDownloadView.asView({ storage: new MemoryStorage() })

/** A view becomes a handler of requests that have its parameters. */
const handler: DownloadHandler<{ id: string }> = InvoiceView.asView()
// @ts-expect-error the route of this handler has no `id`
const wrongHandler: DownloadHandler<{ slug: string }> = InvoiceView.asView()

// @ts-expect-error there is no such option
InvoiceView.asView({ attachement: false })
// @ts-expect-error snake_case is another language
InvoiceView.asView({ mime_type: 'text/plain' })
// @ts-expect-error a storage is no option of a view of paths
InvoiceView.asView({ storage: new MemoryStorage() })

// @ts-expect-error hooks are overridden in a subclass
InvoiceView.asView({ getPath: () => 'a.txt' })
// @ts-expect-error so are those that were inherited
InvoiceView.asView({ getBasename: () => 'a.txt' })
// @ts-expect-error the same holds for what answers requests
InvoiceView.asView({ dispatch: () => new DownloadResponse(LocalFile.at('/a')) })
// @ts-expect-error the methods of a subclass are no options either
InvoiceView.asView({ label: () => 'none' })

// @ts-expect-error the request comes with every request
InvoiceView.asView({ request: undefined as never as InvoiceView['request'] })
// @ts-expect-error the parameters come from the route
InvoiceView.asView({ params: { id: '1' } })
// @ts-expect-error what is read-only cannot be set
InvoiceView.asView({ currency: 'EUR' })

// @ts-expect-error attachment is true or false
InvoiceView.asView({ attachment: 'inline' })
// @ts-expect-error a name is text
InvoiceView.asView({ basename: 7 })
// @ts-expect-error there is no header policy `true`
InvoiceView.asView({ cacheControl: true })
// @ts-expect-error a policy for dotfiles is one of two words
InvoiceView.asView({ dotfiles: 'ignore' })
// @ts-expect-error the field of the subclass is a number
InvoiceView.asView({ year: '2025' })
// @ts-expect-error a class of responses is wanted, not a response
InvoiceView.asView({ responseClass: new DownloadResponse(LocalFile.at('/a')) })
// @ts-expect-error a storage has more than a name
StorageDownloadView.asView({ storage: 'media' })

class ReportView extends VirtualDownloadView {
  override getFile(): VirtualFile {
    return new VirtualFile('report')
  }
}
ReportView.asView({ basename: 'report.txt' })
// @ts-expect-error an abstract view cannot find a file
VirtualDownloadView.asView()

class WrongHook extends PathDownloadView {
  // @ts-expect-error a path is text
  override getPath(): number {
    return 7
  }
}

class MissingOverride extends PathDownloadView {
  // @ts-expect-error a hook says that it overrides
  getBasename(): string {
    return 'a.txt'
  }
}

class WrongField extends PathDownloadView {
  // @ts-expect-error attachment is no text
  override attachment = 'inline'
}

export { handler, MissingOverride, WrongField, WrongHook, wrongHandler }
