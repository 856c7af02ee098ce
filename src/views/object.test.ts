import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { toFetchHandler } from '../adapters/fetch/handler.js'
import { FileNotFoundError, InvalidKeyError, PermissionDeniedError } from '../errors.js'
import { ContentFile } from '../files/content.js'
import { FieldFile } from '../files/field.js'
import { VirtualFile } from '../files/virtual.js'
import type { DownloadHandler, Params } from '../handler.js'
import { MemoryStorage } from '../storages/memory.js'
import { testRequest } from '../testing/test-request.js'
import { ObjectDownloadView, type ObjectModel } from './object.js'

const CHANGED_DATE = 'Mon, 06 May 2024 07:08:09 GMT'
const CHANGED = Date.parse(CHANGED_DATE)

/** A table of documents, whose columns may hold anything that a database driver gives. */
interface Document {
  id: number
  slug: string
  file: unknown
  anotherFile?: unknown
  basename?: string | null | undefined
  encoding?: string | null | undefined
  mimeType?: string | null | undefined
  charset?: string | null | undefined
  changed?: unknown
  size?: unknown
}

const storage = new MemoryStorage()
await storage.save('object/hello-world.txt', 'Hello world!\n', { contentType: 'text/x-stored' })
await storage.save('object/no-type.txt', 'Hello world!\n')
await storage.save('object-other/another_file.txt', 'Goodbye world!\n')

class DocumentView extends ObjectDownloadView<Document> {}

const hello: Document = { id: 1, slug: 'hello-world', file: 'object/no-type.txt' }

describe('ObjectDownloadView', () => {
  test('serves the field "file" of the object, from the storage', async () => {
    const response = await fetchFrom(viewOf(hello))
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('Content-Disposition'), 'attachment; filename="no-type.txt"')
    assert.equal(response.headers.get('Content-Type'), 'text/plain; charset=utf-8')
    assert.equal(await response.text(), 'Hello world!\n')
  })

  test('serves the field that fileField names', async () => {
    const document = { ...hello, anotherFile: 'object-other/another_file.txt' }
    const response = await fetchFrom(viewOf(document, { fileField: 'anotherFile' }))
    assert.equal(response.headers.get('Content-Disposition'), 'attachment; filename="another_file.txt"')
    assert.equal(await response.text(), 'Goodbye world!\n')
  })

  test('shows the file inline when told so', async () => {
    const { headers } = await fetchFrom(viewOf(hello, { attachment: false }))
    assert.equal(headers.get('Content-Disposition'), 'inline; filename="no-type.txt"')
  })

  test('answers conditions, HEAD and ranges from the storage (U01)', async () => {
    const view = viewOf({ ...hello, changed: CHANGED }, { modificationTimeField: 'changed' })
    const full = await fetchFrom(view)
    const etag = full.headers.get('ETag') as string
    assert.equal((await fetchFrom(view, { headers: { 'If-None-Match': etag } })).status, 304)
    assert.equal((await fetchFrom(view, { headers: { 'If-Modified-Since': CHANGED_DATE } })).status, 304)
    assert.equal((await fetchFrom(view, { method: 'HEAD' })).headers.get('Content-Length'), '13')
    assert.equal(await (await fetchFrom(view, { headers: { Range: 'bytes=0-4' } })).text(), 'Hello')
  })

  test('finds nothing for an object that is not there', async () => {
    for (const nothing of [undefined, null]) {
      assert.equal((await fetchFrom(viewOf(nothing))).status, 404)
    }
  })

  test('finds nothing in an empty field', async () => {
    for (const file of ['', null, undefined]) {
      assert.equal((await fetchFrom(viewOf({ ...hello, file }))).status, 404)
      const withoutStorage = DocumentView.asView({ model: modelOf({ ...hello, file }) })
      assert.equal((await fetchFrom(withoutStorage)).status, 404)
    }
  })

  test('finds nothing when the stored file is gone, or its name is no key (U02)', async () => {
    for (const file of ['object/gone.txt', '../object/no-type.txt', '/etc/passwd']) {
      assert.equal((await fetchFrom(viewOf({ ...hello, file }))).status, 404, file)
    }
  })

  test('takes a field that does not exist for a fault, and names it', async () => {
    class InvoiceView extends ObjectDownloadView<Document> {}
    const model = modelOf(hello)
    for (const option of ['fileField', 'basenameField', 'mimeTypeField', 'sizeField', 'charsetField'] as const) {
      const view = InvoiceView.asView({ model, storage, [option]: 'filee' })
      await assert.rejects(async () => view(testRequest({ params: { pk: '1' } })), {
        name: 'ConfigurationError',
        message: 'InvoiceView: the object has no field "filee".',
      })
    }
  })

  test('reads fields that are getters of a class', async () => {
    class Row {
      readonly id = 1
      readonly slug = 'row'
      get file(): string {
        return 'object/no-type.txt'
      }
      get basename(): string {
        return 'getter.txt'
      }
    }
    const { headers } = await fetchFrom(viewOf(new Row(), { basenameField: 'basename' }))
    assert.equal(headers.get('Content-Disposition'), 'attachment; filename="getter.txt"')
  })

  test('needs a model, and says so at the start', () => {
    class InvoiceView extends ObjectDownloadView {}
    assert.throws(() => InvoiceView.asView(), {
      name: 'ConfigurationError',
      message: 'InvoiceView has no model: set `model` or override getObject().',
    })
    assert.throws(() => new InvoiceView().getModel(), { name: 'ConfigurationError' })
  })

  test('is complete without a class of its own', async () => {
    const document = { ...hello, anotherFile: 'object-other/another_file.txt', basename: 'column.txt' }
    const view = ObjectDownloadView.asView({
      model: modelOf(document),
      storage,
      fileField: 'anotherFile',
      basenameField: 'basename',
    })
    const response = await fetchFrom(view, {}, { slug: 'hello-world' })
    assert.equal(response.headers.get('Content-Disposition'), 'attachment; filename="column.txt"')
    assert.equal(await response.text(), 'Goodbye world!\n')
  })

  test('knows the fields of its objects', () => {
    DocumentView.asView({ model: modelOf(hello), fileField: 'anotherFile' })
    // @ts-expect-error: a document has no such field
    DocumentView.asView({ model: modelOf(hello), fileField: 'filee' })
    // @ts-expect-error: a model of other objects
    DocumentView.asView({ model: { find: () => ({ pdf: 'a.pdf' }) } })
  })

  test('takes no object as an option, since getObject finds it', () => {
    // @ts-expect-error: the object is found by getObject()
    const withObject = () => DocumentView.asView({ model: modelOf(hello), object: hello })
    assert.throws(withObject, { name: 'ConfigurationError', message: /"object"/ })
  })
})

describe('what the file field may hold', () => {
  test('a name in the storage', async () => {
    assert.equal(await (await fetchFrom(viewOf({ ...hello, file: 'object/no-type.txt' }))).text(), 'Hello world!\n')
  })

  test('a file wrapper, whose own hooks go on working', async () => {
    const since = { headers: { 'If-Modified-Since': CHANGED_DATE } }
    const wasModifiedSince = () => false
    const file = new VirtualFile('virtual', { name: 'virtual.txt', wasModifiedSince })
    const response = await fetchFrom(viewOf({ ...hello, file }))
    assert.equal(response.headers.get('Content-Disposition'), 'attachment; filename="virtual.txt"')
    assert.equal(await response.text(), 'virtual')
    assert.equal((await fetchFrom(viewOf({ ...hello, file }), since)).status, 304)
  })

  test('a file wrapper of the application, which is let go of', async () => {
    let closed = 0
    const file = Object.assign(new ContentFile('own', { name: 'own.txt' }), { close: () => closed++ })
    assert.equal(await (await fetchFrom(viewOf({ ...hello, file }))).text(), 'own')
    assert.equal(closed, 1)
  })

  test('bytes', async () => {
    for (const file of [
      Buffer.from('bytes'),
      new TextEncoder().encode('bytes'),
      new TextEncoder().encode('bytes').buffer,
    ]) {
      const response = await fetchFrom(viewOf({ ...hello, file }))
      assert.equal(response.headers.get('Content-Length'), '5')
      assert.equal(response.headers.get('Content-Disposition'), 'attachment')
      assert.equal(await response.text(), 'bytes')
    }
  })

  test('no bytes at all, which is still a file', async () => {
    const response = await fetchFrom(viewOf({ ...hello, file: new Uint8Array() }))
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('Content-Length'), '0')
  })

  test('nothing else', async () => {
    for (const [file, type] of [
      [7, 'number'],
      [true, 'boolean'],
      [{ name: 'a.txt' }, 'object'],
    ] as const) {
      const view = viewOf({ ...hello, file })
      await assert.rejects(async () => view(testRequest({ params: { pk: '1' } })), {
        name: 'ConfigurationError',
        message: `DocumentView: field "file" holds a ${type}. It may hold a stored name, bytes, or a file.`,
      })
    }
  })

  test('a name without a storage is a fault that says what to set; other kinds need none', async () => {
    const without = (file: unknown) => DocumentView.asView({ model: modelOf({ ...hello, file }) })
    await assert.rejects(async () => without('object/no-type.txt')(testRequest({ params: { pk: '1' } })), {
      name: 'ConfigurationError',
      message: /^DocumentView: field "file" holds a name, but there is no storage.*Set `storage`\.$/,
    })
    assert.equal(await (await fetchFrom(without(Buffer.from('bytes')))).text(), 'bytes')
  })
})

describe('metadata that the object holds (U20)', () => {
  test('basenameField is the name, unless the view has one; an empty one counts as not there', async () => {
    const dispositionOf = async (basename: string | null | undefined, options = {}) => {
      const view = viewOf({ ...hello, basename }, { basenameField: 'basename', ...options })
      return (await fetchFrom(view)).headers.get('Content-Disposition')
    }
    assert.equal(await dispositionOf('column.txt'), 'attachment; filename="column.txt"')
    assert.equal(await dispositionOf('column.txt', { basename: 'view.txt' }), 'attachment; filename="view.txt"')
    for (const empty of ['', null, undefined]) {
      assert.equal(await dispositionOf(empty), 'attachment; filename="no-type.txt"')
    }
  })

  test('basenameField also decides about the type', async () => {
    const { headers } = await fetchFrom(viewOf({ ...hello, basename: 'a.pdf' }, { basenameField: 'basename' }))
    assert.equal(headers.get('Content-Type'), 'application/pdf')
  })

  test('mimeTypeField wins over the stored type and the name, and the view over it', async () => {
    const typeOf = async (mimeType: string | null | undefined, options = {}) => {
      const document = { ...hello, file: 'object/hello-world.txt', mimeType }
      const view = viewOf(document, { mimeTypeField: 'mimeType', ...options })
      return (await fetchFrom(view)).headers.get('Content-Type')
    }
    assert.equal(await typeOf('text/css'), 'text/css; charset=utf-8')
    assert.equal(await typeOf('text/css; charset=latin1'), 'text/css; charset=latin1')
    assert.equal(await typeOf('text/css', { mimeType: 'image/png' }), 'image/png')
    for (const empty of ['', null, undefined]) assert.equal(await typeOf(empty), 'text/x-stored; charset=utf-8')
  })

  test('charsetField is the charset of text; an empty one leaves that of the view', async () => {
    const typeOf = async (charset: string | null | undefined, options = {}) => {
      const view = viewOf({ ...hello, charset }, { charsetField: 'charset', ...options })
      return (await fetchFrom(view)).headers.get('Content-Type')
    }
    assert.equal(await typeOf('latin1'), 'text/plain; charset=latin1')
    assert.equal(await typeOf('latin1', { mimeType: 'image/png' }), 'image/png')
    for (const empty of ['', null, undefined]) {
      assert.equal(await typeOf(empty), 'text/plain; charset=utf-8')
      assert.equal(await typeOf(empty, { charset: 'utf-16' }), 'text/plain; charset=utf-16')
    }
  })

  test('encodingField is announced, unless the view has one; an empty one is not', async () => {
    const encodingOf = async (encoding: string | null | undefined, options = {}) => {
      const view = viewOf({ ...hello, encoding }, { encodingField: 'encoding', ...options })
      return (await fetchFrom(view)).headers.get('Content-Encoding')
    }
    assert.equal(await encodingOf('gzip'), 'gzip')
    assert.equal(await encodingOf('gzip', { encoding: 'br' }), 'br')
    for (const empty of ['', null, undefined]) assert.equal(await encodingOf(empty), null)
  })

  for (const [kind, changed] of [
    ['a Date', new Date(CHANGED)],
    ['milliseconds', CHANGED],
    ['milliseconds as a bigint', BigInt(CHANGED)],
    ['milliseconds as digits', String(CHANGED)],
    ['an ISO 8601 text', '2024-05-06T07:08:09Z'],
    ['an ISO 8601 text with milliseconds', '2024-05-06T07:08:09.999Z'],
    ['an ISO 8601 text with an offset', '2024-05-06T09:08:09+02:00'],
    ['an ISO 8601 text as SQLite gives it', '2024-05-06 07:08:09'],
    ['an ISO 8601 text as PostgreSQL gives it', '2024-05-06 12:38:09.123456+05:30'],
    ['an ISO 8601 text with an offset of hours alone', '2024-05-06 07:08:09+00'],
  ] as const) {
    test(`modificationTimeField may be ${kind}`, async () => {
      const view = viewOf({ ...hello, changed }, { modificationTimeField: 'changed' })
      assert.equal((await fetchFrom(view)).headers.get('Last-Modified'), CHANGED_DATE)
      const statusSince = async (date: number) =>
        (await fetchFrom(view, { headers: { 'If-Modified-Since': new Date(date).toUTCString() } })).status
      assert.equal(await statusSince(CHANGED), 304)
      assert.equal(await statusSince(CHANGED - 1000), 200)
    })
  }

  test('a text without a zone is UTC, whatever the zone of the server (U29)', async () => {
    const zone = process.env['TZ']
    try {
      for (const other of ['America/Chicago', 'Asia/Tokyo']) {
        process.env['TZ'] = other
        for (const changed of ['2024-05-06 07:08:09', '2024-05-06T07:08:09', '2024-05-06T07:08:09.000']) {
          const view = viewOf({ ...hello, changed }, { modificationTimeField: 'changed' })
          assert.equal((await fetchFrom(view)).headers.get('Last-Modified'), CHANGED_DATE, `${changed} in ${other}`)
        }
      }
    } finally {
      if (zone === undefined) delete process.env['TZ']
      else process.env['TZ'] = zone
    }
  })

  test('an ISO 8601 date alone is the start of that day', async () => {
    const view = viewOf({ ...hello, changed: '2024-05-06' }, { modificationTimeField: 'changed' })
    assert.equal((await fetchFrom(view)).headers.get('Last-Modified'), 'Mon, 06 May 2024 00:00:00 GMT')
  })

  test('the epoch itself is a time, as a number as well', async () => {
    for (const changed of [0, 0n, new Date(0)]) {
      const view = viewOf({ ...hello, changed }, { modificationTimeField: 'changed' })
      assert.equal((await fetchFrom(view)).headers.get('Last-Modified'), 'Thu, 01 Jan 1970 00:00:00 GMT')
    }
  })

  test('a modification time that is empty, or none at all, leaves that of the file', async () => {
    const own = (await storage.stat('object/no-type.txt'))?.modifiedTime as Date
    for (const changed of [
      '',
      null,
      undefined,
      'yesterday',
      'March 7',
      '7',
      '2024-13-01',
      Number.NaN,
      new Date(Number.NaN),
      1e300,
    ]) {
      const view = viewOf({ ...hello, changed }, { modificationTimeField: 'changed' })
      assert.equal((await fetchFrom(view)).headers.get('Last-Modified'), own.toUTCString(), String(changed))
    }
  })

  for (const [kind, size] of [
    ['a number', 13],
    ['a bigint', 13n],
    ['digits', '13'],
  ] as const) {
    test(`sizeField may be ${kind}, for a file that cannot tell its size`, async () => {
      const view = viewOf({ ...hello, file: new VirtualFile(['Hello ', 'world!\n']), size }, { sizeField: 'size' })
      const response = await fetchFrom(view)
      assert.equal(response.headers.get('Content-Length'), '13')
      assert.equal(await response.text(), 'Hello world!\n')
    })
  }

  test('a size that is empty, or none at all, is not told', async () => {
    for (const size of ['', null, undefined, -1, 1.5, 'many', Number.NaN, 2 ** 53]) {
      const view = viewOf({ ...hello, file: new VirtualFile(['x']), size }, { sizeField: 'size' })
      const response = await fetchFrom(view)
      assert.equal(response.headers.get('Content-Length'), null, String(size))
      assert.equal(await response.text(), 'x')
    }
  })

  test('the size of the file itself wins over an outdated column', async () => {
    const response = await fetchFrom(viewOf({ ...hello, size: 4 }, { sizeField: 'size' }))
    assert.equal(response.headers.get('Content-Length'), '13')
    assert.equal(await response.text(), 'Hello world!\n')
  })

  test('all of it together', async () => {
    const document = {
      ...hello,
      file: Buffer.from('Hello world!\n'),
      basename: 'report.csv',
      mimeType: 'text/csv',
      charset: 'latin1',
      encoding: 'gzip',
      changed: '2024-05-06T07:08:09Z',
      size: 13,
    }
    const { headers } = await fetchFrom(
      viewOf(document, {
        basenameField: 'basename',
        mimeTypeField: 'mimeType',
        charsetField: 'charset',
        encodingField: 'encoding',
        modificationTimeField: 'changed',
        sizeField: 'size',
      }),
    )
    assert.equal(headers.get('Content-Disposition'), 'attachment; filename="report.csv"')
    assert.equal(headers.get('Content-Type'), 'text/csv; charset=latin1')
    assert.equal(headers.get('Content-Encoding'), 'gzip')
    assert.equal(headers.get('Last-Modified'), CHANGED_DATE)
    assert.equal(headers.get('Content-Length'), '13')
  })
})

describe('where the object is looked up', () => {
  const LOOKUPS: [string, object, Params, object][] = [
    ['pk', {}, { pk: '1' }, { id: '1' }],
    ['id', {}, { id: '1' }, { id: '1' }],
    ['pk before id', {}, { pk: '1', id: '2' }, { id: '1' }],
    ['slug', {}, { slug: 'hello-world' }, { slug: 'hello-world' }],
    ['pk alone where there are both', {}, { pk: '1', slug: 'hello-world' }, { id: '1' }],
    [
      'pk and slug with queryPkAndSlug',
      { queryPkAndSlug: true },
      { pk: '1', slug: 'hello-world' },
      { id: '1', slug: 'hello-world' },
    ],
    ['pk with queryPkAndSlug and no slug', { queryPkAndSlug: true }, { pk: '1' }, { id: '1' }],
    ['slug with queryPkAndSlug and no pk', { queryPkAndSlug: true }, { slug: 'a' }, { slug: 'a' }],
    ['the parameter that pkParam names', { pkParam: 'invoice' }, { invoice: '7', pk: '1', id: '2' }, { id: '7' }],
    ['the parameter that slugParam names', { slugParam: 'name' }, { name: 'a', slug: 'b' }, { slug: 'a' }],
    ['the field that slugField names', { slugField: 'code' }, { slug: 'a' }, { code: 'a' }],
    ['the field that pkField names', { pkField: 'uuid' }, { pk: '1' }, { uuid: '1' }],
    ['a wildcard, its parts joined', { slugField: 'path' }, { slug: ['a', 'b'] }, { path: 'a/b' }],
  ]
  for (const [title, options, params, expected] of LOOKUPS) {
    test(title, async () => {
      const asked: object[] = []
      const model: ObjectModel<Document> = {
        find: (where) => {
          asked.push(where)
          return hello
        },
      }
      assert.equal((await fetchFrom(DocumentView.asView({ model, storage, ...options }), {}, params)).status, 200)
      assert.deepEqual(asked, [expected])
    })
  }

  test('a route without any of the parameters is a fault that names them', async () => {
    const messageOf = async (options: object) => {
      const view = DocumentView.asView({ model: modelOf(hello), storage, ...options })
      const error = await rejectionOf(view, {})
      assert.equal(error.name, 'ConfigurationError')
      return error.message
    }
    assert.match(await messageOf({}), /^DocumentView: .*"pk" or "id" or "slug".*override getObject\(\)/)
    assert.match(await messageOf({ pkParam: 'invoice', slugParam: 'name' }), /"invoice" or "name"/)
  })

  test('a wildcard with an encoded separator is a 404', async () => {
    const view = viewOf(hello)
    assert.equal((await rejectionOf(view, { slug: ['a/b'] })).constructor, InvalidKeyError)
  })

  test('a model that fails is a fault, not a missing object', async () => {
    const failure = new Error('The database is down.')
    const model: ObjectModel<Document> = {
      find: async () => {
        throw failure
      },
    }
    assert.equal(await rejectionOf(DocumentView.asView({ model, storage }), { pk: '1' }), failure)
  })
})

describe('hooks of ObjectDownloadView', () => {
  test('getObject may build on the default, and refuse', async () => {
    class PrivateView extends ObjectDownloadView<Document> {
      override model: ObjectModel<Document> | undefined = modelOf(hello)
      override async getObject(): Promise<Document> {
        const document = await super.getObject()
        if (this.params['user'] !== 'owner') throw new PermissionDeniedError()
        return document
      }
    }
    const view = PrivateView.asView({ storage })
    assert.equal((await fetchFrom(view, {}, { pk: '1', user: 'owner' })).status, 200)
    assert.equal((await fetchFrom(view, {}, { pk: '1', user: 'other' })).status, 403)
  })

  test('getObject may find the object without a model, a route, or a wait', async () => {
    class OnlyView extends ObjectDownloadView<Document> {
      override async getObject(): Promise<Document> {
        return hello
      }
    }
    assert.equal((await fetchFrom(OnlyView.asView({ storage }), {}, {})).status, 200)
  })

  test('getObject may tell that there is no object', async () => {
    class NobodyView extends ObjectDownloadView<Document> {
      override async getObject(): Promise<Document> {
        throw new FileNotFoundError()
      }
    }
    assert.equal((await fetchFrom(NobodyView.asView({ storage }))).status, 404)
  })

  test('getModel decides by request', async () => {
    const tables: Record<string, ObjectModel<Document>> = { a: modelOf(hello), b: modelOf(undefined) }
    class TenantView extends ObjectDownloadView<Document, { tenant: string; pk: string }> {
      override model: ObjectModel<Document> | undefined = modelOf(undefined)
      override getModel(): ObjectModel<Document> {
        return tables[this.params.tenant] ?? super.getModel()
      }
    }
    const view = TenantView.asView({ storage })
    assert.equal((await fetchFrom(view, {}, { tenant: 'a', pk: '1' })).status, 200)
    assert.equal((await fetchFrom(view, {}, { tenant: 'b', pk: '1' })).status, 404)
    assert.equal((await fetchFrom(view, {}, { tenant: 'c', pk: '1' })).status, 404)
  })

  test('getLookup decides which fields are compared', async () => {
    const asked: object[] = []
    class OwnView extends ObjectDownloadView<Document> {
      override getLookup(): Record<string, string> {
        return { ...super.getLookup(), owner: String(this.params['user']) }
      }
    }
    const model: ObjectModel<Document> = {
      find: (where) => {
        asked.push(where)
        return hello
      },
    }
    await fetchFrom(OwnView.asView({ model, storage }), {}, { pk: '1', user: 'me' })
    assert.deepEqual(asked, [{ id: '1', owner: 'me' }])
  })

  test('getStorage decides by the object, and only for a stored name', async () => {
    let calls = 0
    const archive = new MemoryStorage()
    await archive.save('object/no-type.txt', 'archived')
    class ArchivedView extends ObjectDownloadView<Document> {
      override async getStorage() {
        calls++
        return this.object.slug === 'archived' ? archive : super.getStorage()
      }
    }
    const bodyOf = async (document: Document) =>
      (await fetchFrom(ArchivedView.asView({ model: modelOf(document), storage }))).text()
    assert.equal(await bodyOf(hello), 'Hello world!\n')
    assert.equal(await bodyOf({ ...hello, slug: 'archived' }), 'archived')
    assert.equal(await bodyOf({ ...hello, file: Buffer.from('bytes') }), 'bytes')
    assert.equal(calls, 2)
  })

  test('getBasename knows the object', async () => {
    class InvoiceView extends ObjectDownloadView<Document> {
      override getBasename(): string {
        return `invoice-${this.object.id}.txt`
      }
    }
    const { headers } = await fetchFrom(InvoiceView.asView({ model: modelOf(hello), storage }))
    assert.equal(headers.get('Content-Disposition'), 'attachment; filename="invoice-1.txt"')
  })

  test('getFile wraps the file, and can be overridden', async () => {
    class PlainView extends ObjectDownloadView<Document> {
      override async getFile() {
        const file = await super.getFile()
        assert.ok(file instanceof FieldFile, String(file))
        return new ContentFile(`${file.name} of ${this.object.slug}`)
      }
    }
    const response = await fetchFrom(PlainView.asView({ model: modelOf(hello), storage }))
    assert.equal(await response.text(), 'object/no-type.txt of hello-world')
  })

  test('the object is there once it was found, and not before', () => {
    class InvoiceView extends ObjectDownloadView<Document> {}
    assert.throws(() => new InvoiceView().object, {
      name: 'ConfigurationError',
      message: 'InvoiceView has no object yet: it is there after getObject().',
    })
  })

  test('concurrent requests never see the object of another', async () => {
    const model: ObjectModel<Document> = {
      find: async ({ id }) => {
        await delay(Math.random() * 5)
        return { ...hello, id: Number(id), file: Buffer.from(`bytes of ${id}`), basename: `${id}.txt` }
      },
    }
    const view = DocumentView.asView({ model, basenameField: 'basename' })
    const ids = Array.from({ length: 50 }, (_, id) => String(id))
    const responses = await Promise.all(ids.map((id) => fetchFrom(view, {}, { id })))
    for (const [id, response] of responses.entries()) {
      assert.equal(response.headers.get('Content-Disposition'), `attachment; filename="${id}.txt"`)
      assert.equal(await response.text(), `bytes of ${id}`)
    }
  })
})

function modelOf(document: Document | null | undefined): ObjectModel<Document> {
  return { find: async () => document }
}

function viewOf(document: Document | null | undefined, options: object = {}): DownloadHandler {
  return DocumentView.asView({ model: modelOf(document), storage, ...options })
}

function fetchFrom<P extends Params>(handler: DownloadHandler<P>, init: RequestInit = {}, params?: P) {
  return toFetchHandler(handler)(new Request('http://localhost/', init), {
    params: params ?? ({ pk: '1' } as Params as P),
  })
}

async function rejectionOf(handler: DownloadHandler, params: Params): Promise<Error> {
  try {
    await handler(testRequest({ params }))
  } catch (error) {
    return error as Error
  }
  throw new Error('It answered.')
}
