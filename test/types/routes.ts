import express, { type RequestHandler } from 'express'
import { toExpressHandler } from '../../src/adapters/express/handler.js'
import { toFetchHandler } from '../../src/adapters/fetch/handler.js'
import { toNodeHandler } from '../../src/adapters/node/handler.js'
import { toHttp2StreamHandler } from '../../src/adapters/node/http2-stream.js'
import type { ParamsOfRoute } from '../../src/adapters/route.js'
import { PathDownloadView } from '../../src/views/path.js'
import { StorageDownloadView } from '../../src/views/storage.js'

class InvoiceView extends StorageDownloadView<{ id: string }> {
  override getPath(): string {
    return `${this.params.id}.pdf`
  }
}

class FolderView extends StorageDownloadView<{ user: string; path: string }> {}

/** The parameters are read from the route itself. */
const params: ParamsOfRoute<'/users/:user/files/*path'> = { user: 'ann', path: 'a/b.txt' }
const rest: ParamsOfRoute<'/users/:user/{*path}'> = { user: 'ann', path: '' }
rest.path.length
const none: ParamsOfRoute<'/about'> = {}
// @ts-expect-error a parameter of the route is missing
const tooFew: ParamsOfRoute<'/users/:user/files/*path'> = { user: 'ann' }
// @ts-expect-error the route has no such parameter
params.id

/** A listener of node:http, or of http2, has the parameters that its view needs. */
toNodeHandler(InvoiceView.asView(), { route: '/invoices/:id' })
toNodeHandler(InvoiceView.asView(), { route: '/:year/invoices/:id' })
toNodeHandler(FolderView.asView(), { route: '/users/:user/*path' })
toNodeHandler(PathDownloadView.asView({ path: '/a' }))
toNodeHandler(PathDownloadView.asView({ path: '/a' }), { route: '/a' })
toHttp2StreamHandler(InvoiceView.asView(), { route: '/invoices/:id' })
toFetchHandler(InvoiceView.asView(), { route: '/invoices/:id' })

// @ts-expect-error the route calls it `nr`
toNodeHandler(InvoiceView.asView(), { route: '/invoices/:nr' })
// @ts-expect-error the route has no parameter at all
toNodeHandler(InvoiceView.asView(), { route: '/invoices' })
// @ts-expect-error the route lacks one of two
toNodeHandler(FolderView.asView(), { route: '/users/:user' })
// @ts-expect-error a colon within a name begins no parameter
toNodeHandler(InvoiceView.asView(), { route: '/invoices/x:id' })
// @ts-expect-error without a route there are no parameters
toNodeHandler(InvoiceView.asView())
// @ts-expect-error the route calls it `nr`
toHttp2StreamHandler(InvoiceView.asView(), { route: '/invoices/:nr' })
// @ts-expect-error the route calls it `nr`
toFetchHandler(InvoiceView.asView(), { route: '/invoices/:nr' })
// @ts-expect-error a view is no handler before asView()
toNodeHandler(InvoiceView, { route: '/invoices/:id' })
// @ts-expect-error there is no such option
toNodeHandler(InvoiceView.asView(), { path: '/invoices/:id' })

/** Without a route of its own, a fetch handler takes the parameters that the framework found. */
const fetchInvoice = toFetchHandler(InvoiceView.asView())
void fetchInvoice(new Request('http://localhost'), { params: { id: '1' } })
void fetchInvoice(new Request('http://localhost'), { params: Promise.resolve({ id: '1' }) })
// @ts-expect-error the framework's route calls it `nr`
void fetchInvoice(new Request('http://localhost'), { params: { nr: '1' } })

const app = express()
app.get('/invoices/:id', toExpressHandler(InvoiceView.asView()))
app.get('/:year/invoices/:id', toExpressHandler(InvoiceView.asView()))
app.get('/about', toExpressHandler(PathDownloadView.asView({ path: '/about.txt' })))
app.use(toExpressHandler(PathDownloadView.asView({ path: '/about.txt' })))
// Express takes the parameters from the handler unless it is told to take them from the route.
app.get<'/invoices/:id'>('/invoices/:id', toExpressHandler(InvoiceView.asView()))
// @ts-expect-error the route calls it `nr`
app.get<'/invoices/:nr'>('/invoices/:nr', toExpressHandler(InvoiceView.asView()))
// @ts-expect-error the route has no parameter at all
app.get<'/invoices'>('/invoices', toExpressHandler(InvoiceView.asView()))
// @ts-expect-error this router gives its handlers an `nr`
toExpressHandler(InvoiceView.asView()) satisfies RequestHandler<{ nr: string }>
// @ts-expect-error a view is no handler before asView()
app.get('/invoices/:id', toExpressHandler(InvoiceView))

export { none, tooFew }
