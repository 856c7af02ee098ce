import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { toFetchHandler } from '../adapters/fetch/handler.js'
import type { Awaitable } from '../awaitable.js'
import { BodyError, ConfigurationError, FileNotFoundError, InvalidKeyError, PermissionDeniedError } from '../errors.js'
import { ContentFile } from '../files/content.js'
import type { DownloadFile } from '../files/file.js'
import { VirtualFile } from '../files/virtual.js'
import type { DownloadHandler, DownloadRequest, Outcome, Params } from '../handler.js'
import { DownloadResponse, type DownloadResponseOptions } from '../responses/download.js'
import { EmptyResponse } from '../responses/empty.js'
import { NotModifiedResponse } from '../responses/not-modified.js'
import type { FileStat } from '../storages/storage.js'
import { setupView } from '../testing/setup-view.js'
import { testRequest } from '../testing/test-request.js'
import { DownloadView } from './base.js'

const CHANGED = new Date('2024-05-06T07:08:09.500Z')
const CHANGED_DATE = 'Mon, 06 May 2024 07:08:09 GMT'
const SECOND_BEFORE = 'Mon, 06 May 2024 07:08:08 GMT'

class HelloView extends DownloadView {
  override getFile(): Awaitable<DownloadFile> {
    return new ContentFile('Hello world!\n', { name: 'folder/hello-world.txt', modifiedTime: CHANGED })
  }
}

describe('DownloadView', () => {
  test('offers the file as an attachment under the last part of its name', async () => {
    const response = await fetchFrom(HelloView.asView())
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('Content-Disposition'), 'attachment; filename="hello-world.txt"')
    assert.equal(response.headers.get('Content-Type'), 'text/plain; charset=utf-8')
    assert.equal(response.headers.get('Content-Length'), '13')
    assert.equal(response.headers.get('Cache-Control'), 'private, no-cache')
    assert.equal(response.headers.get('X-Content-Type-Options'), 'nosniff')
    assert.equal(response.headers.get('Last-Modified'), CHANGED_DATE)
    assert.equal(await response.text(), 'Hello world!\n')
  })

  test('shows the file, with its name, when attachment is false', async () => {
    const response = await fetchFrom(HelloView.asView({ attachment: false }))
    assert.equal(response.headers.get('Content-Disposition'), 'inline; filename="hello-world.txt"')
  })

  test('guesses the type from the name that is offered, inline as well', async () => {
    for (const attachment of [true, false]) {
      const response = await fetchFrom(HelloView.asView({ attachment, basename: 'x.pdf' }))
      assert.equal(response.headers.get('Content-Type'), 'application/pdf')
    }
  })

  test('takes every option', async () => {
    const response = await fetchFrom(
      HelloView.asView({
        basename: 'report.csv',
        mimeType: 'text/tab-separated-values',
        charset: 'latin1',
        encoding: 'gzip',
        cacheControl: 'no-cache',
        contentSecurityPolicy: false,
        headers: { 'X-Test': 'header' },
      }),
    )
    assert.equal(response.headers.get('Content-Disposition'), 'attachment; filename="report.csv"')
    assert.equal(response.headers.get('Content-Type'), 'text/tab-separated-values; charset=latin1')
    assert.equal(response.headers.get('Content-Encoding'), 'gzip')
    assert.equal(response.headers.get('Cache-Control'), 'no-cache')
    assert.equal(response.headers.get('X-Test'), 'header')
  })

  test('lets headers win over those that follow from the file', async () => {
    const headers = { 'Content-Type': 'text/x-own', 'Last-Modified': SECOND_BEFORE, 'X-Content-Type-Options': 'none' }
    const response = await fetchFrom(HelloView.asView({ headers }))
    for (const [name, value] of Object.entries(headers)) assert.equal(response.headers.get(name), value)
  })

  test('has the headers of an iterator for each request', async () => {
    const view = HelloView.asView({ headers: new Map([['X-Test', 'header']]).entries() })
    for (let count = 0; count < 2; count++) {
      assert.equal((await fetchFrom(view)).headers.get('X-Test'), 'header')
    }
  })

  test('sandboxes a page that is shown, unless told otherwise', async () => {
    const page = { attachment: false, basename: 'page.html' }
    const policyOf = async (options: object) =>
      (await fetchFrom(HelloView.asView(options))).headers.get('Content-Security-Policy')
    assert.match((await policyOf(page)) ?? '', /\bsandbox\b/)
    assert.equal(await policyOf({ ...page, contentSecurityPolicy: "default-src 'self'" }), "default-src 'self'")
    assert.equal(await policyOf({ ...page, contentSecurityPolicy: false }), null)
    assert.equal(await policyOf({ ...page, attachment: true }), null)
  })

  test('never writes a charset on what is not text, nor a second one (U21, U22)', async () => {
    const typeOf = async (options: object) => (await fetchFrom(HelloView.asView(options))).headers.get('Content-Type')
    assert.equal(await typeOf({ basename: 'a.png' }), 'image/png')
    assert.equal(await typeOf({ mimeType: 'text/plain; charset=latin1' }), 'text/plain; charset=latin1')
    assert.equal(await typeOf({ mimeType: '' }), 'text/plain; charset=utf-8')
    assert.equal(await typeOf({ charset: '' }), 'text/plain')
  })

  test('never guesses a content coding, and takes a packed name for what it is (U19, U23)', async () => {
    for (const [basename, type] of [
      ['t.gz', 'application/gzip'],
      ['t.txt.gz', 'application/gzip'],
      ['t.tar.gz', 'application/gzip'],
      ['data:text/html,x.png', 'image/png'],
      ['html', 'text/plain; charset=utf-8'],
    ] as const) {
      const { headers } = await fetchFrom(HelloView.asView({ basename }))
      assert.equal(headers.get('Content-Type'), type, basename)
      assert.equal(headers.get('Content-Encoding'), null, basename)
    }
  })

  test('offers any name safely (U17, U18, U30)', async () => {
    for (const [basename, disposition] of [
      ['demo.txt', 'filename="demo.txt"'],
      ['é.txt', `filename="e.txt"; filename*=UTF-8''%C3%A9.txt`],
      ['espacé .txt', `filename="espace_.txt"; filename*=UTF-8''espac%C3%A9%20.txt`],
      ['a b.txt', `filename="a_b.txt"; filename*=UTF-8''a%20b.txt`],
      ['a,b.txt', 'filename="a,b.txt"'],
      [
        'x.txt"; filename="evil.exe',
        `filename="x.txt\\";_filename=\\"evil.exe"; filename*=UTF-8''x.txt%22%3B%20filename%3D%22evil.exe`,
      ],
      ['"malicious\\file.exe', `filename="\\"malicious_file.exe"`],
      ['日本語.txt', `filename="download.txt"; filename*=UTF-8''%E6%97%A5%E6%9C%AC%E8%AA%9E.txt`],
      ['a\r\nb.txt', `filename="a__b.txt"; filename*=UTF-8''a%20%20b.txt`],
      ['../../etc/passwd', 'filename=".._.._etc_passwd"'],
    ] as const) {
      const { headers } = await fetchFrom(HelloView.asView({ basename }))
      assert.equal(headers.get('Content-Disposition'), `attachment; ${disposition}`, basename)
    }
  })

  test('refuses a header that could break the line, before anything is sent', async () => {
    const headers = { 'X-Test': 'a\r\nSet-Cookie: b' }
    assert.throws(() => HelloView.asView({ headers }), TypeError)
    class BrokenView extends HelloView {
      override headers = headers
    }
    const { status, fault } = await faultOf(BrokenView.asView())
    assert.equal(status, 500)
    assert.ok(fault instanceof TypeError, String(fault))
    assert.match(fault.message, /X-Test/)
  })

  test('knows its request only after it was set up, and says so', () => {
    const view = new HelloView()
    for (const read of [() => view.request, () => view.params]) {
      assert.throws(read, configurationError('HelloView has no request yet', 'asView()', 'setupView()'))
    }
    const request = testRequest({ params: { id: '7' } })
    view.setup(request)
    assert.equal(view.request, request)
    assert.deepEqual(view.params, { id: '7' })
  })
})

describe('DownloadView answers by method', () => {
  test('HEAD has the headers of GET and no body (U32)', async () => {
    const [get, head] = await Promise.all([
      fetchFrom(HelloView.asView()),
      fetchFrom(HelloView.asView(), { method: 'HEAD' }),
    ])
    assert.deepEqual([...head.headers], [...get.headers])
    assert.equal(head.status, 200)
    assert.equal(head.body, null)
    await get.body?.cancel()
  })

  test('OPTIONS tells what there is, other methods are not allowed, and neither looks for the file', async () => {
    class NeverView extends HelloView {
      override getFile(): DownloadFile {
        throw new Error('looked for the file')
      }
    }
    for (const [method, status] of [
      ['OPTIONS', 204],
      ['POST', 405],
      ['PUT', 405],
      ['DELETE', 405],
    ] as const) {
      const response = await fetchFrom(NeverView.asView(), { method })
      assert.equal(response.status, status)
      assert.equal(response.headers.get('Allow'), 'GET, HEAD, OPTIONS')
    }
  })

  test('dispatch can be overridden', async () => {
    class PostView extends HelloView {
      override dispatch(): Awaitable<Outcome> {
        return this.request.method === 'POST' ? this.renderToResponse() : super.dispatch()
      }
    }
    const response = await fetchFrom(PostView.asView(), { method: 'POST' })
    assert.equal(await response.text(), 'Hello world!\n')
    assert.equal((await fetchFrom(PostView.asView(), { method: 'PUT' })).status, 405)
  })

  test('GET and HEAD call renderToResponse without arguments', async () => {
    const calls: unknown[][] = []
    class RenderView extends HelloView {
      override async renderToResponse(...args: [DownloadResponseOptions?]): Promise<Outcome> {
        calls.push(args)
        return new EmptyResponse(204)
      }
    }
    assert.equal((await fetchFrom(RenderView.asView())).status, 204)
    assert.equal((await fetchFrom(RenderView.asView(), { method: 'HEAD' })).status, 204)
    assert.deepEqual(calls, [[], []])
  })
})

describe('DownloadView hooks', () => {
  const HOOKS = [
    ['getBasename', 'basename', 'given.txt', 'Content-Disposition', 'attachment; filename="given.txt"'],
    ['getMimeType', 'mimeType', 'text/css', 'Content-Type', 'text/css; charset=utf-8'],
    ['getCharset', 'charset', 'latin1', 'Content-Type', 'text/plain; charset=latin1'],
    ['getEncoding', 'encoding', 'br', 'Content-Encoding', 'br'],
  ] as const

  for (const [hook, field, value, header, expected] of HOOKS) {
    test(`${hook} gives back the field ${field} by default`, async () => {
      const initial = field === 'charset' ? 'utf-8' : undefined
      assert.equal(await new HelloView()[hook](), initial)
      const response = await fetchFrom(HelloView.asView({ [field]: value }))
      assert.equal(response.headers.get(header), expected)
    })

    test(`${hook} decides when overridden, at once or later, and sees the request`, async () => {
      for (const wait of [false, true]) {
        class HookView extends HelloView {
          [hook](): Awaitable<string | undefined> {
            const given = this.params['given'] as string
            return wait ? delay(1).then(() => given) : given
          }
        }
        const view = HookView.asView({ [field]: 'overridden' })
        assert.equal((await fetchFrom(view, {}, { given: value })).headers.get(header), expected)
      }
    })

    test(`an error in ${hook} is the answer, and the file is let go of`, async () => {
      let closed = 0
      class DeniedView extends DownloadView {
        override getFile(): DownloadFile {
          return closable(() => closed++)
        }
        async [hook](): Promise<string | undefined> {
          throw new PermissionDeniedError()
        }
      }
      assert.equal((await fetchFrom(DeniedView.asView())).status, 403)
      assert.equal(closed, 1)
    })
  }

  test('getFile may be asynchronous', async () => {
    class LaterView extends DownloadView {
      override async getFile(): Promise<DownloadFile> {
        await delay(1)
        return new ContentFile('later', { name: 'later.txt' })
      }
    }
    assert.equal(await (await fetchFrom(LaterView.asView())).text(), 'later')
  })

  test('getFile that is missing in plain JavaScript is named when the application starts', () => {
    assert.throws(() => (DownloadView as unknown as typeof HelloView).asView(), /getFile/)
  })

  test('an error of any hook is a fault, told to the application and not to the client', async () => {
    class BrokenView extends HelloView {
      override getFile(): DownloadFile {
        throw new Error('cannot read /srv/secret')
      }
    }
    const { status, fault, text } = await faultOf(BrokenView.asView())
    assert.equal(status, 500)
    assert.equal(String(fault), 'Error: cannot read /srv/secret')
    assert.equal(text, 'Internal Server Error\n')
  })

  test('setup can be overridden to prepare fields for a request', async () => {
    class PreparedView extends HelloView {
      override setup(request: DownloadRequest): void {
        super.setup(request)
        this.basename = `${String(this.params['name'])}.txt`
      }
    }
    const response = await fetchFrom(PreparedView.asView({ basename: 'other.txt' }), {}, { name: 'seven' })
    assert.equal(response.headers.get('Content-Disposition'), 'attachment; filename="seven.txt"')
  })

  test('responseClass is the class that downloadResponse makes', async () => {
    class OwnResponse extends DownloadResponse {}
    const request = testRequest()
    assert.equal((await HelloView.asView({ responseClass: OwnResponse })(request)).constructor, OwnResponse)
    assert.equal((await HelloView.asView()(request)).constructor, DownloadResponse)
  })
})

describe('downloadResponse', () => {
  test('describes the file with the options of the view', async () => {
    const view = setupView(new HelloView())
    const file = await view.getFile()
    const response = await view.downloadResponse(file)
    assert.equal(response.constructor, DownloadResponse)
    assert.equal(response.file, file)
    assert.equal(response.attachment, true)
    assert.equal(response.basename, 'hello-world.txt')
    assert.equal(response.mimeType, undefined)
    assert.equal(response.charset, 'utf-8')
    assert.equal(response.encoding, undefined)
    assert.equal(response.status, 200)
  })

  test('lets options that it is given win, and an undefined one not', async () => {
    const view = setupView(new HelloView())
    view.basename = 'view.txt'
    view.encoding = 'gzip'
    const file = await view.getFile()
    const given = await view.downloadResponse(file, { attachment: false, basename: 'given.txt', status: 203 })
    assert.deepEqual(
      [given.attachment, given.basename, given.encoding, given.status],
      [false, 'given.txt', 'gzip', 203],
    )
    const undecided = await view.downloadResponse(file, { attachment: undefined, basename: undefined })
    assert.deepEqual([undecided.attachment, undecided.basename], [true, 'view.txt'])
  })

  test('can be overridden, with the options that renderToResponse was given', async () => {
    class NamedView extends HelloView {
      override dispatch(): Awaitable<Outcome> {
        return this.renderToResponse({ basename: 'render.txt' })
      }
      override async downloadResponse(file: DownloadFile, options?: DownloadResponseOptions) {
        return super.downloadResponse(file, { ...options, attachment: false, headers: { 'X-File': file.name } })
      }
    }
    const { headers } = await fetchFrom(NamedView.asView())
    assert.equal(headers.get('Content-Disposition'), 'inline; filename="render.txt"')
    assert.equal(headers.get('X-File'), 'folder/hello-world.txt')
  })

  test('a status of its own takes no part in conditions and ranges', async () => {
    class CreatedView extends HelloView {
      override dispatch(): Awaitable<Outcome> {
        return this.renderToResponse({ status: 201 })
      }
    }
    const headers = { 'If-Modified-Since': CHANGED_DATE, Range: 'bytes=0-3' }
    const response = await fetchFrom(CreatedView.asView(), { headers })
    assert.equal(response.status, 201)
    assert.equal(await response.text(), 'Hello world!\n')
  })
})

describe('fileNotFoundResponse', () => {
  class MissingView extends HelloView {
    override async getFile(): Promise<DownloadFile> {
      throw new FileNotFoundError()
    }
  }

  test('throws the error by default, which is a 404', async () => {
    const error = new FileNotFoundError()
    assert.throws(() => new HelloView().fileNotFoundResponse(error), error)
    assert.equal((await fetchFrom(MissingView.asView())).status, 404)
  })

  test('can answer with something else, and sees the error', async () => {
    const errors: unknown[] = []
    class ElsewhereView extends MissingView {
      override async fileNotFoundResponse(error: FileNotFoundError): Promise<Outcome> {
        errors.push(error)
        return new EmptyResponse(302, { Location: '/elsewhere' })
      }
    }
    const response = await fetchFrom(ElsewhereView.asView())
    assert.equal(response.status, 302)
    assert.equal(response.headers.get('Location'), '/elsewhere')
    assert.ok(errors[0] instanceof FileNotFoundError, String(errors[0]))
  })

  test('can answer with another file', async () => {
    class PlaceholderView extends MissingView {
      override fileNotFoundResponse(): Promise<Outcome> {
        return this.downloadResponse(new ContentFile('none', { name: 'placeholder.txt' }))
      }
    }
    assert.equal(await (await fetchFrom(PlaceholderView.asView())).text(), 'none')
  })

  test('answers a file that getFile found and that is not there, and lets it go (U02)', async () => {
    let closed = 0
    class GoneView extends DownloadView {
      override getFile(): DownloadFile {
        const stat = async (): Promise<FileStat> => {
          throw new InvalidKeyError('Not a canonical key: it has "..".')
        }
        return Object.assign(
          closable(() => closed++),
          { stat },
        )
      }
      override fileNotFoundResponse(error: FileNotFoundError): Outcome {
        return new EmptyResponse(410, { 'X-Code': error.code })
      }
    }
    const response = await fetchFrom(GoneView.asView())
    assert.equal(response.status, 410)
    assert.equal(response.headers.get('X-Code'), 'INVALID_KEY')
    assert.equal(closed, 1)
  })

  test('is not asked about other errors', async () => {
    class DeniedView extends HelloView {
      override getFile(): DownloadFile {
        throw new PermissionDeniedError()
      }
      override fileNotFoundResponse(): Outcome {
        return new EmptyResponse(404)
      }
    }
    assert.equal((await fetchFrom(DeniedView.asView())).status, 403)
  })
})

describe('wasModifiedSince', () => {
  test('compares the whole seconds of the modification time', async () => {
    const view = new HelloView()
    const file = await view.getFile()
    assert.equal(await view.wasModifiedSince(file, new Date(CHANGED_DATE)), false)
    assert.equal(await view.wasModifiedSince(file, new Date(SECOND_BEFORE)), true)
  })

  test('takes a file without a modification time for modified', async () => {
    assert.equal(await new HelloView().wasModifiedSince(new ContentFile('x'), new Date('2100-01-01')), true)
  })

  for (const answer of [true, false]) {
    test(`asks the file's own hook, once, and believes its ${answer}`, async () => {
      const asked: Date[] = []
      class OwnView extends DownloadView {
        override getFile(): DownloadFile {
          // Its time alone would give the opposite answer.
          const modifiedTime = new Date(answer ? 0 : Date.now())
          const wasModifiedSince = (since: Date) => {
            asked.push(since)
            return answer
          }
          return new VirtualFile('x', { modifiedTime, wasModifiedSince })
        }
      }
      const response = await fetchFrom(OwnView.asView(), since(CHANGED_DATE))
      assert.equal(response.status, answer ? 200 : 304)
      assert.deepEqual(asked, [new Date(CHANGED_DATE)])
      const file = await new OwnView().getFile()
      assert.equal(await new OwnView().wasModifiedSince(file, new Date(CHANGED_DATE)), answer)
    })
  }

  test('can be overridden in the view, which is asked once, with the file and the date, for GET and HEAD', async () => {
    const asked: unknown[][] = []
    class NeverModifiedView extends HelloView {
      override async wasModifiedSince(file: DownloadFile, date: Date): Promise<boolean> {
        asked.push([file.name, date])
        return false
      }
    }
    for (const method of ['GET', 'HEAD']) {
      assert.equal((await fetchFrom(NeverModifiedView.asView(), since(SECOND_BEFORE, method))).status, 304)
    }
    const expected = ['folder/hello-world.txt', new Date(SECOND_BEFORE)]
    assert.deepEqual(asked, [expected, expected])
  })

  test('is not asked without a date that counts (U34, U39, U44)', async () => {
    class UnaskedView extends HelloView {
      override async wasModifiedSince(): Promise<boolean> {
        throw new Error('asked')
      }
    }
    for (const headers of [
      {},
      { 'If-Modified-Since': '' },
      { 'If-Modified-Since': 'yesterday' },
      { 'If-Modified-Since': `${CHANGED_DATE}; length=13` },
      { 'If-Modified-Since': CHANGED_DATE, 'If-None-Match': '"other"' },
    ]) {
      assert.equal((await fetchFrom(UnaskedView.asView(), { headers })).status, 200, JSON.stringify(headers))
    }
  })

  test('is compared with a Last-Modified that was set on purpose, unless it is overridden', async () => {
    const headers = { 'Last-Modified': SECOND_BEFORE }
    assert.equal((await fetchFrom(HelloView.asView({ headers }), since(SECOND_BEFORE))).status, 304)
    class AlwaysModifiedView extends HelloView {
      override async wasModifiedSince(): Promise<boolean> {
        return true
      }
    }
    assert.equal((await fetchFrom(AlwaysModifiedView.asView({ headers }), since(SECOND_BEFORE))).status, 200)
  })

  test('is asked for a date in the past and for one in the future', async () => {
    const view = HelloView.asView()
    assert.equal((await fetchFrom(view, since('Fri, 04 Jan 1980 00:00:00 GMT'))).status, 200)
    assert.equal((await fetchFrom(view, since(new Date(Date.now() + 4 * 365 * 86_400_000).toUTCString()))).status, 304)
  })
})

describe('notModifiedResponse', () => {
  test('makes a 304 with the validators and no length (U33)', async () => {
    assert.equal((await new HelloView().notModifiedResponse()).constructor, NotModifiedResponse)
    const full = await fetchFrom(HelloView.asView())
    const response = await fetchFrom(HelloView.asView(), since(CHANGED_DATE))
    assert.equal(response.status, 304)
    assert.equal(response.body, null)
    assert.equal(response.headers.get('ETag'), full.headers.get('ETag'))
    assert.equal(response.headers.get('Last-Modified'), CHANGED_DATE)
    assert.equal(response.headers.get('Cache-Control'), 'private, no-cache')
    for (const name of ['Content-Length', 'Content-Type', 'Content-Disposition']) {
      assert.equal(response.headers.get(name), null)
    }
  })

  test('can be overridden, and is called for a 304 alone', async () => {
    let calls = 0
    class CountedView extends HelloView {
      override async notModifiedResponse(): Promise<NotModifiedResponse> {
        calls++
        return new NotModifiedResponse({ 'X-Count': String(calls) })
      }
    }
    const view = CountedView.asView()
    assert.equal((await fetchFrom(view)).status, 200)
    assert.equal((await fetchFrom(view, since(SECOND_BEFORE))).status, 200)
    assert.equal(calls, 0)
    const etag = (await fetchFrom(view)).headers.get('ETag') as string
    const response = await fetchFrom(view, { headers: { 'If-None-Match': etag } })
    assert.equal(response.status, 304)
    assert.equal(response.headers.get('X-Count'), '1')
    assert.equal(response.headers.get('ETag'), etag)
  })
})

describe('asView', () => {
  test('makes a new view for each request, so that concurrent ones share nothing', async () => {
    const views = new Set<DownloadView>()
    class CountingView extends HelloView {
      count = 0
      override async getFile(): Promise<DownloadFile> {
        views.add(this)
        this.basename = `${String(this.params['id'])}.txt`
        this.count += 1
        await delay(Math.random() * 5)
        return new ContentFile(`${String(this.params['id'])} ${this.count}`)
      }
    }
    const view = CountingView.asView()
    const ids = Array.from({ length: 50 }, (_, id) => String(id))
    const responses = await Promise.all(ids.map((id) => fetchFrom(view, {}, { id })))
    for (const [id, response] of responses.entries()) {
      assert.equal(response.headers.get('Content-Disposition'), `attachment; filename="${id}.txt"`)
      assert.equal(await response.text(), `${id} 1`)
    }
    assert.equal(views.size, 50)
  })

  test('keeps no option that a request has changed', async () => {
    class ChangingView extends HelloView {
      override getFile(): Awaitable<DownloadFile> {
        this.attachment = !this.attachment
        return super.getFile()
      }
    }
    const options = { attachment: false }
    const view = ChangingView.asView(options)
    for (let request = 0; request < 2; request++) {
      const { headers } = await fetchFrom(view)
      assert.match(headers.get('Content-Disposition') ?? '', /^attachment;/)
    }
    assert.deepEqual(options, { attachment: false })
  })

  test('lets options win over the fields of a subclass, but not an undefined one', async () => {
    class InlineView extends HelloView {
      override attachment = false
      override basename: string | undefined = 'field.txt'
    }
    const dispositionOf = async (view: DownloadHandler) => (await fetchFrom(view)).headers.get('Content-Disposition')
    assert.equal(await dispositionOf(InlineView.asView()), 'inline; filename="field.txt"')
    assert.equal(await dispositionOf(InlineView.asView({ attachment: true })), 'attachment; filename="field.txt"')
    assert.equal(await dispositionOf(InlineView.asView({ basename: undefined })), 'inline; filename="field.txt"')
  })

  test('takes the public fields that a subclass adds', async () => {
    class SignedView extends HelloView {
      signature = 'none'
      override getBasename(): string {
        return `${this.signature}.txt`
      }
    }
    const response = await fetchFrom(SignedView.asView({ signature: 'mine' }))
    assert.equal(response.headers.get('Content-Disposition'), 'attachment; filename="mine.txt"')
  })

  test('refuses an unknown option at the start, naming it and those there are', () => {
    assert.throws(
      // @ts-expect-error: there is no such option
      () => HelloView.asView({ attachement: false }),
      configurationError('HelloView.asView()', '"attachement"', 'is no option', 'attachment, basename'),
    )
  })

  test('refuses a hook as an option at the start, and says what to do', () => {
    for (const name of ['getBasename', 'wasModifiedSince', 'renderToResponse', 'dispatch']) {
      // Plain JavaScript has no compiler that would refuse it.
      const options = { [name]: () => undefined }
      assert.throws(() => HelloView.asView(options), configurationError(`"${name}"`, 'override it in a subclass'))
    }
  })

  test('refuses what is not an option: request, params, and names that every object has', () => {
    for (const name of ['request', 'params', 'constructor', 'toString', '__proto__']) {
      const options = Object.fromEntries([[name, {}]])
      assert.throws(() => HelloView.asView(options), configurationError('HelloView.asView()', `"${name}"`))
    }
    // @ts-expect-error: views know their request by setup()
    assert.throws(() => HelloView.asView({ request: testRequest() }), ConfigurationError)
  })

  test('gives the types of the route to the handler', () => {
    class InvoiceView extends DownloadView<{ id: string }> {
      override getFile(): DownloadFile {
        return new ContentFile(this.params.id)
      }
    }
    const view: DownloadHandler<{ id: string }> = InvoiceView.asView()
    // @ts-expect-error: the view needs a parameter "id"
    const other: DownloadHandler<{ name: string }> = InvoiceView.asView()
    assert.equal(typeof view, typeof other)
  })

  test('lets a view look for faults of its own at the start, once its options are set', () => {
    class StrictView extends HelloView {
      override checkOptions(): void {
        if (this.basename === undefined) throw new ConfigurationError('StrictView: set `basename`.')
      }
    }
    assert.throws(() => StrictView.asView(), configurationError('StrictView: set `basename`.'))
    assert.equal(typeof StrictView.asView({ basename: 'x' }), 'function')
  })
})

describe('a file is let go of once', () => {
  const closedAfter = async (init: RequestInit, read: (response: Response) => Promise<unknown>) => {
    let closed = 0
    class ClosableView extends DownloadView {
      override getFile(): DownloadFile {
        return closable(() => closed++)
      }
    }
    await read(await fetchFrom(ClosableView.asView(), init))
    return closed
  }

  test('after its last byte', async () => assert.equal(await closedAfter({}, (response) => response.text()), 1))
  test('when the client leaves', async () =>
    assert.equal(await closedAfter({}, async (response) => response.body?.cancel()), 1))
  test('after a HEAD', async () => assert.equal(await closedAfter({ method: 'HEAD' }, async () => {}), 1))
  test('after a 304', async () => assert.equal(await closedAfter(since(CHANGED_DATE), async () => {}), 1))
})

test('a plain function can be a handler, too', async () => {
  const handler: DownloadHandler = (request) =>
    request.params['id'] === '1' ? new DownloadResponse(new ContentFile('one')) : new EmptyResponse(404)
  assert.equal(await (await fetchFrom(handler, {}, { id: '1' })).text(), 'one')
  assert.equal((await fetchFrom(handler, {}, { id: '2' })).status, 404)
})

test('a body that is not what the file said is a fault and no whole answer', async () => {
  class LyingView extends DownloadView {
    override getFile(): DownloadFile {
      return new VirtualFile(['abc'], { size: 4 })
    }
  }
  const faults: unknown[] = []
  const serve = toFetchHandler(LyingView.asView(), { onError: (error) => faults.push(error) })
  const response = await serve(new Request('http://localhost/'))
  await assert.rejects(response.text())
  assert.ok(faults[0] instanceof BodyError, String(faults[0]))
})

function fetchFrom<P extends Params>(handler: DownloadHandler<P>, init: RequestInit = {}, params = {} as P) {
  return toFetchHandler(handler)(new Request('http://localhost/', init), { params })
}

async function faultOf(handler: DownloadHandler) {
  let fault: unknown
  const serve = toFetchHandler(handler, {
    onError: (error) => {
      fault = error
    },
  })
  const response = await serve(new Request('http://localhost/'))
  return { status: response.status, text: await response.text(), fault }
}

function since(date: string, method = 'GET'): RequestInit {
  return { method, headers: { 'If-Modified-Since': date } }
}

function closable(onClose: () => void): DownloadFile {
  const file = new ContentFile('Hello world!\n', { modifiedTime: CHANGED })
  return Object.assign(file, { close: onClose })
}

/** Matches a ConfigurationError whose message holds all these texts. */
function configurationError(...texts: string[]) {
  return (error: unknown) => {
    assert.ok(error instanceof ConfigurationError, String(error))
    for (const text of texts) assert.ok(error.message.includes(text), `"${error.message}" lacks "${text}"`)
    return true
  }
}
