import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import { ConfigurationError } from '../../src/errors.js'
import type { DownloadHandler } from '../../src/handler.js'
import { MemoryStorage } from '../../src/storages/memory.js'
import type { FileStat } from '../../src/storages/storage.js'
import { ObjectDownloadView, type ObjectModel } from '../../src/views/object.js'
import { CHANGED, ROWS, SCAN } from './rows.js'

/** The models that an ORM makes of the table of these tests. */
export interface Models {
  readonly all: ObjectModel<object>
  /** Loads only the name of the document beside what is looked for. */
  readonly selected: ObjectModel<object>
  /** Only of tenant 1. */
  readonly ofOne: ObjectModel<object>
  /** Of tenant 1 or of tenant 2, in one condition with an OR, as bare as the ORM lets it be. */
  readonly ofTwo: ObjectModel<object>
}

/** What an ORM has on a database. */
export interface Opened {
  readonly models: Models
  /** Changes a row past the ORM. */
  setTitle(id: number, title: string): Promise<void>
  close(): Promise<void>
}

/** In what ORMs differ. */
export interface Names {
  /** Field of the media type. Default: `'mime_type'`. */
  readonly mimeType?: string
  /** Field of the time of the last change. Default: `'changed'`. */
  readonly changed?: string
  /** A field that cannot be looked for. Default: `'scan'`. */
  readonly noKey?: string
}

/** Runs the whole list on one ORM over one database. */
export function describeModels(
  name: string,
  open: () => Promise<Opened>,
  { mimeType = 'mime_type', changed = 'changed', noKey = 'scan' }: Names = {},
): void {
  describe(name, () => {
    let opened: Opened
    let site: Site
    const get = (path: string, headers: Record<string, string> = {}) => fetch(site.origin + path, { headers })
    const find = (where: Record<string, unknown>) => opened.models.all.find(where as Record<string, string>)

    before(async () => {
      opened = await open()
      site = await serve(await viewsOf(opened.models, mimeType, changed))
    })

    after(async () => {
      await site?.close()
      await opened?.close()
    })

    test('finds a row by its primary key, and its file in the storage', async () => {
      const response = await get('/pdf/1')
      assert.equal(response.status, 200)
      assert.equal(response.headers.get('content-disposition'), 'attachment; filename="report.pdf"')
      assert.equal(await response.text(), 'invoices/report.pdf!')
    })

    test('finds a row by its slug, whatever its letters', async () => {
      for (const { slug, pdf } of ROWS) {
        const response = await get(`/slug/${encodeURIComponent(slug)}`)
        assert.equal(response.status, pdf === null ? 404 : 200, slug)
        if (pdf !== null) assert.equal(await response.text(), `${pdf}!`)
      }
    })

    test('finds a row by both, and only where both fit', async () => {
      assert.equal(await (await get('/both/1/report')).text(), 'invoices/report.pdf!')
      assert.equal((await get('/both/12/report')).status, 404)
      assert.equal((await get('/both/1/last')).status, 404)
    })

    test('finds a row by a number that is too large for a double, and not by its neighbours', async () => {
      assert.equal(await (await get('/number/9007199254740993')).text(), 'invoices/report.pdf!')
      assert.equal(await (await get('/number/9223372036854775807')).text(), 'invoices/last.txt!')
      for (const number of ['9007199254740992', '9007199254740994', '9223372036854775806', '9223372036854775808']) {
        assert.equal((await get(`/number/${number}`)).status, 404, number)
      }
    })

    test('finds a row by its UUID, in the one form that it has', async () => {
      const code = ROWS[0]?.code as string
      assert.equal(await (await get(`/code/${code}`)).text(), 'invoices/report.pdf!')
      const others = [
        code.toUpperCase(),
        code.replaceAll('-', ''),
        `{${code}}`,
        `urn:uuid:${code}`,
        `${code} `,
        'report',
      ]
      for (const other of [...others, code.replace('6', '7'), code.slice(1)]) {
        assert.equal((await get(`/code/${encodeURIComponent(other)}`)).status, 404, other)
      }
    })

    test('finds neither of two rows that are called the same, and says so', async () => {
      await assert.rejects(async () => find({ title: 'Twins.pdf' }), {
        name: 'ConfigurationError',
        message: /several rows with the same title/,
      })
    })

    for (const key of NO_NUMBERS) {
      test(`finds nothing under ${JSON.stringify(key)}, which is the number of no row`, async () => {
        assert.equal((await get(`/pdf/${encodeURIComponent(key)}`)).status, 404)
        assert.equal(await find({ id: key }), undefined)
        assert.equal(await find({ number: key }), undefined)
        assert.equal(await find({ code: key }), undefined)
      })
    }

    for (const slug of NO_SLUGS) {
      test(`finds nothing under the slug ${JSON.stringify(slug)}, which only looks like one`, async () => {
        if (!/[\uD800-\uDFFF]/.test(slug)) assert.equal((await get(`/slug/${encodeURIComponent(slug)}`)).status, 404)
        assert.equal(await find({ slug }), undefined)
      })
    }

    test('finds nothing under a text that its column cannot hold', async () => {
      assert.ok(await find({ title: 'Annual-report.pdf' }), 'the title can be looked for')
      for (const title of ['🙂', '日本', 'Аннуал-report.pdf', '\u{10FFFF}']) {
        assert.equal(await find({ title }), undefined, title)
      }
    })

    test('takes no operator, no list and nothing that is no text', async () => {
      for (const value of [{ $gt: '' }, { gt: 0 }, { not: '' }, { '>': 0 }, ['1'], 1, true, null, undefined, /./]) {
        for (const field of ['id', 'slug', 'code', 'number']) assert.equal(await find({ [field]: value }), undefined)
      }
    })

    test('tells the application of a field that cannot be looked for', async () => {
      for (const field of ['nothing', 'constructor', '__proto__', 'id = id or id', noKey]) {
        const where = Object.fromEntries([[field, '1']])
        await assert.rejects(async () => find(where), ConfigurationError, field)
      }
      await assert.rejects(async () => find({}), ConfigurationError)
    })

    test('streams bytes that lie in the row', async () => {
      const response = await get('/scan/1')
      assert.equal(response.status, 200)
      assert.equal(response.headers.get('content-length'), '2048')
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), SCAN)
      const part = await get('/scan/1', { Range: 'bytes=10-19' })
      assert.equal(part.status, 206)
      assert.equal(part.headers.get('content-range'), 'bytes 10-19/2048')
      assert.deepEqual(Buffer.from(await part.arrayBuffer()), SCAN.subarray(10, 20))
      const nothing = await get('/scan/1000')
      assert.equal(nothing.status, 200)
      assert.equal(nothing.headers.get('content-length'), '0')
    })

    test('answers conditions on bytes in the row', async () => {
      const { headers } = await get('/scan/1')
      assert.equal((await get('/scan/1', { 'If-None-Match': headers.get('etag') as string })).status, 304)
      assert.equal((await get('/scan/1', { 'If-Modified-Since': CHANGED.toUTCString() })).status, 304)
      const range = { Range: 'bytes=0-0', 'If-Range': '"another"' }
      assert.equal((await get('/scan/1', range)).status, 200)
    })

    test('tells what other columns know of the file', async () => {
      const { headers } = await get('/scan/1')
      assert.equal(headers.get('content-disposition'), 'attachment; filename="Annual-report.pdf"')
      assert.equal(headers.get('content-type'), 'application/x-scan')
      assert.equal(headers.get('last-modified'), CHANGED.toUTCString())
      const sized = await fetch(`${site.origin}/sized/1`, { method: 'HEAD' })
      assert.equal(sized.headers.get('content-length'), '17')
    })

    test('finds no file in an empty column', async () => {
      assert.equal((await get('/pdf/16')).status, 404)
      assert.equal((await get('/scan/16')).status, 404)
    })

    test('loads only what is selected, and what is looked for', async () => {
      const row = (await opened.models.selected.find({ id: '1', slug: 'report' })) as Record<string, unknown>
      assert.deepEqual([String(row['id']), row['slug'], row['pdf']], ['1', 'report', 'invoices/report.pdf'])
      assert.deepEqual([row['scan'], row['title']], [undefined, undefined])
      assert.equal(await (await get('/selected/1')).text(), 'invoices/report.pdf!')
    })

    test('keeps to its own conditions', async () => {
      assert.equal(await (await get('/one/1')).text(), 'invoices/report.pdf!')
      assert.equal((await get('/one/12')).status, 404)
    })

    test('keeps a condition with an OR apart from what is looked for', async () => {
      assert.equal(await (await get('/two/1')).text(), 'invoices/report.pdf!')
      assert.equal(await (await get('/two/12')).text(), 'invoices/twelve.txt!')
      assert.equal((await get('/two/1000')).status, 404)
    })

    test('finds each row for whom asked for it, many at a time', async () => {
      const files = ROWS.filter(({ pdf }) => pdf !== null)
      const asked = Array.from({ length: 20 }, (_, index) => files[index % files.length] as (typeof files)[number])
      const bodies = await Promise.all(asked.map(async ({ id }) => (await get(`/pdf/${id}`)).text()))
      assert.deepEqual(
        bodies,
        asked.map(({ pdf }) => `${pdf}!`),
      )
    })

    test('sees what was changed meanwhile', async () => {
      for (const title of ['One.pdf', 'Another.pdf', 'Annual-report.pdf']) {
        await opened.setTitle(1, title)
        assert.equal((await get('/scan/1')).headers.get('content-disposition'), `attachment; filename="${title}"`)
      }
    })

    test('brought no fault to the application', () => {
      assert.deepEqual(site.faults, [])
    })
  })
}

const NO_NUMBERS = [
  ...['12abc', '1e3', '1.0', '0x10', '0x1', '01', '+1', '-0', '-1', '0', ' 1', '1 ', '\t1', '1\n', '1\0', '１', '١'],
  ...['2147483648', '-2147483649', '9223372036854775808', '9999999999999999999999', '1'.repeat(5000)],
  ...['', 'NaN', 'Infinity', 'null', 'undefined', 'true', '[object Object]', "1' OR '1'='1", '1 OR 1=1', '1,12', '🙂'],
]

const NO_SLUGS = [
  ...['Report', 'REPORT', 'report ', ' report', 'réport', 'repor', 'report\0', 'rep%', '%', '_eport', 'report\\', ''],
  ...["' OR ''='", '\uD83D', '1e3', '0', '$ne', '{"$gt":""}', 'a'.repeat(5000)],
]

async function viewsOf(
  models: Models,
  mimeType: string,
  changed: string,
): Promise<Readonly<Record<string, DownloadHandler>>> {
  const storage = new MemoryStorage()
  const unsized = new UnsizedStorage()
  for (const { pdf } of ROWS) {
    if (pdf === null) continue
    await storage.save(pdf, `${pdf}!`)
    await unsized.save(pdf, 'x'.repeat(17))
  }
  class InvoiceView extends ObjectDownloadView {
    override model = models.all as ObjectModel<Record<string, unknown>>
    override storage = storage
    override fileField = 'pdf'
  }
  const having = (options: object) => InvoiceView.asView(options)
  return {
    '/pdf/:pk': having({}),
    '/slug/:slug': having({}),
    '/both/:pk/:slug': having({ queryPkAndSlug: true }),
    '/number/:pk': having({ pkField: 'number' }),
    '/code/:pk': having({ pkField: 'code' }),
    '/scan/:pk': having({
      ...{ fileField: 'scan', basenameField: 'title', mimeTypeField: mimeType, modificationTimeField: changed },
    }),
    '/sized/:pk': having({ storage: unsized, sizeField: 'size' }),
    '/selected/:pk': having({ model: models.selected }),
    '/one/:pk': having({ model: models.ofOne }),
    '/two/:pk': having({ model: models.ofTwo }),
  }
}

/** Does not know how many bytes it has. */
class UnsizedStorage extends MemoryStorage {
  override async stat(key: string): Promise<FileStat | undefined> {
    const stat = await super.stat(key)
    return stat && { ...stat, size: undefined }
  }
}

interface Site {
  readonly origin: string
  readonly faults: unknown[]
  close(): Promise<void>
}

async function serve(views: Readonly<Record<string, DownloadHandler>>): Promise<Site> {
  const faults: unknown[] = []
  const options = { onError: (error: unknown) => void faults.push(error) }
  const handlers = Object.fromEntries(
    Object.entries(views).map(([route, view]) => [route.split('/')[1], toNodeHandler(view, { ...options, route })]),
  )
  const server = createServer((req, res) => handlers[req.url?.split('/')[1] ?? '']?.(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
