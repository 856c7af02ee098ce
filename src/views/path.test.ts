import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { toFetchHandler } from '../adapters/fetch/handler.js'
import { FileNotFoundError, InvalidKeyError } from '../errors.js'
import { LocalFile } from '../files/local.js'
import type { DownloadHandler, DownloadRequest, Params } from '../handler.js'
import { setupView } from '../testing/setup-view.js'
import { testRequest } from '../testing/test-request.js'
import { PathDownloadView } from './path.js'

const CHANGED = new Date('2024-05-06T07:08:09.500Z')
const CHANGED_DATE = 'Mon, 06 May 2024 07:08:09 GMT'
const HOUR_BEFORE = 'Mon, 06 May 2024 06:08:09 GMT'

let folder: string
let root: string
let hello: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'downloadview-path-'))
  root = join(folder, 'root')
  hello = join(root, 'hello-world.txt')
  await mkdir(join(root, 'sub'), { recursive: true })
  await writeFile(hello, 'Hello world!\n')
  await utimes(hello, CHANGED, CHANGED)
  await writeFile(join(root, 'sub', 'a b.txt'), 'sub')
  await writeFile(join(root, '.env'), 'secret')
  await writeFile(join(folder, 'outside.txt'), 'outside')
  await symlink(join(folder, 'outside.txt'), join(root, 'link.txt'))
})

after(() => rm(folder, { recursive: true, force: true }))

describe('PathDownloadView with a path of its own', () => {
  test('serves the file under its own name', async () => {
    const response = await fetchFrom(PathDownloadView.asView({ path: hello }))
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('Content-Disposition'), 'attachment; filename="hello-world.txt"')
    assert.equal(response.headers.get('Content-Type'), 'text/plain; charset=utf-8')
    assert.equal(response.headers.get('Content-Length'), '13')
    assert.equal(await response.text(), 'Hello world!\n')
  })

  test('getFile wraps the local file', async () => {
    const file = await viewOf({ path: hello }).getFile()
    assert.ok(file instanceof LocalFile, String(file))
    assert.equal(file.path, hello)
  })

  test('finds nothing where there is no file, or a folder', async () => {
    for (const path of [join(root, 'missing.txt'), join(root, 'sub'), join(hello, 'below-a-file')]) {
      const file = await viewOf({ path }).getFile()
      await assert.rejects(file.stat(), FileNotFoundError)
      assert.equal((await fetchFrom(PathDownloadView.asView({ path }))).status, 404, path)
    }
  })

  test('finds nothing under a path with a NUL (U36)', async () => {
    const response = await fetchFrom(PathDownloadView.asView({ path: 'hello-world.txt\0.png', root }))
    assert.equal(response.status, 404)
  })

  test('answers conditions with the modification time of the file (U01)', async () => {
    const view = PathDownloadView.asView({ path: hello })
    const statusSince = async (date: string) =>
      (await fetchFrom(view, { headers: { 'If-Modified-Since': date } })).status
    assert.equal(await statusSince(CHANGED_DATE), 304)
    assert.equal(await statusSince(HOUR_BEFORE), 200)
    const { headers } = await fetchFrom(view)
    assert.equal(headers.get('Last-Modified'), CHANGED_DATE)
    const etag = headers.get('ETag') as string
    assert.equal((await fetchFrom(view, { headers: { 'If-None-Match': etag } })).status, 304)
  })

  test('compares times in any time zone of the server (U29)', async () => {
    const zone = process.env['TZ']
    try {
      for (const other of ['America/Chicago', 'Asia/Tokyo']) {
        process.env['TZ'] = other
        const view = PathDownloadView.asView({ path: hello })
        const since = (date: string) => fetchFrom(view, { headers: { 'If-Modified-Since': date } })
        assert.equal((await since(HOUR_BEFORE)).status, 200, other)
        assert.equal((await since(CHANGED_DATE)).status, 304, other)
      }
    } finally {
      if (zone === undefined) delete process.env['TZ']
      else process.env['TZ'] = zone
    }
  })

  test('gives a range of the file', async () => {
    const response = await fetchFrom(PathDownloadView.asView({ path: hello }), { headers: { Range: 'bytes=6-10' } })
    assert.equal(response.status, 206)
    assert.equal(response.headers.get('Content-Range'), 'bytes 6-10/13')
    assert.equal(await response.text(), 'world')
  })

  test('takes an absolute path as it is, and with a root only when it lies in it', async () => {
    const outside = join(folder, 'outside.txt')
    assert.equal((await fetchFrom(PathDownloadView.asView({ path: outside }))).status, 200)
    assert.equal((await fetchFrom(PathDownloadView.asView({ path: hello, root }))).status, 200)
    assert.equal((await fetchFrom(PathDownloadView.asView({ path: outside, root }))).status, 404)
    assert.equal((await fetchFrom(PathDownloadView.asView({ path: `${root}/../outside.txt`, root }))).status, 404)
  })

  test('takes a relative path below the root', async () => {
    const response = await fetchFrom(PathDownloadView.asView({ path: 'sub/a b.txt', root }))
    assert.equal(await response.text(), 'sub')
  })

  test('needs a root for a relative path, and says so at the start', () => {
    for (const path of ['hello-world.txt', './hello-world.txt', '../hello-world.txt', '']) {
      assert.throws(() => PathDownloadView.asView({ path }), {
        name: 'ConfigurationError',
        message: /^PathDownloadView: .*Set `root`/,
      })
    }
  })

  test('needs an absolute root, and says so at the start', () => {
    for (const root of ['files', '', './files', 7 as unknown as string]) {
      assert.throws(() => PathDownloadView.asView({ root }), {
        name: 'ConfigurationError',
        message: /^PathDownloadView: root must be .*path\.resolve/,
      })
    }
  })
})

describe('PathDownloadView with a path from the route', () => {
  test('lets the route win over the path of the view', async () => {
    const view = PathDownloadView.asView({ path: hello, root })
    assert.equal(await (await fetchFrom(view, {}, { path: 'sub/a b.txt' })).text(), 'sub')
    assert.equal(await (await fetchFrom(view)).text(), 'Hello world!\n')
  })

  test('joins the parts of a wildcard', async () => {
    const view = PathDownloadView.asView({ root })
    assert.equal(await (await fetchFrom(view, {}, { path: ['sub', 'a b.txt'] })).text(), 'sub')
    assert.equal((await fetchFrom(view, {}, { path: ['sub/a b.txt'] })).status, 404)
  })

  test('reads the parameter that pathParam names', async () => {
    const view = PathDownloadView.asView({ root, pathParam: 'file' })
    assert.equal((await fetchFrom(view, {}, { file: 'hello-world.txt', path: 'missing.txt' })).status, 200)
  })

  test('refuses whatever is not a canonical key below the root', async () => {
    const view = PathDownloadView.asView({ root })
    for (const path of [
      '../outside.txt',
      'sub/../hello-world.txt',
      './hello-world.txt',
      'sub//a b.txt',
      'sub/',
      '/hello-world.txt',
      '',
      '.',
      '..',
      'sub\\a b.txt',
      'C:/hello-world.txt',
      'hello-world.txt\0',
      hello,
    ]) {
      assert.equal((await fetchFrom(view, {}, { path })).status, 404, JSON.stringify(path))
    }
  })

  test('refuses an absolute path, even of a file that lies in the root', async () => {
    const view = viewOf({ root }, { path: hello })
    assert.throws(() => view.getPath(), InvalidKeyError)
    await assert.rejects(view.getFile(), InvalidKeyError)
  })

  test('never opens an absolute path from the route without a root', async () => {
    for (const path of [hello, 'hello-world.txt']) {
      const view = PathDownloadView.asView({ path: hello })
      await assert.rejects(async () => view(testRequest({ params: { path } })), {
        name: 'ConfigurationError',
        message: /^PathDownloadView: .*Set `root`/,
      })
    }
  })

  test('never follows a link out of the root', async () => {
    assert.equal((await fetchFrom(PathDownloadView.asView({ root }), {}, { path: 'link.txt' })).status, 404)
  })

  test('hides names that begin with a dot, unless they are allowed', async () => {
    const statusOf = async (view: DownloadHandler) => (await fetchFrom(view, {}, { path: '.env' })).status
    assert.equal(await statusOf(PathDownloadView.asView({ root })), 404)
    assert.equal(await statusOf(PathDownloadView.asView({ root, dotfiles: 'allow' })), 200)
  })

  test('without any path is a fault that names the view, the parameter and the mend (U40)', async () => {
    class InvoiceView extends PathDownloadView {}
    const view = InvoiceView.asView({ root, pathParam: 'invoice' })
    await assert.rejects(async () => view(testRequest({ params: { path: 'hello-world.txt' } })), {
      name: 'ConfigurationError',
      message:
        'InvoiceView: the route has no parameter "invoice". Add it to the route, or set `path` or override getPath().',
    })
  })
})

describe('getPath of PathDownloadView', () => {
  test('gives back the path from the route, else that of the view', async () => {
    assert.equal(await viewOf({ path: hello }).getPath(), hello)
    assert.equal(await viewOf({ path: hello, root }, { path: 'a.txt' }).getPath(), 'a.txt')
  })

  test('can be overridden, at once or later, and is called once', async () => {
    for (const later of [false, true]) {
      let calls = 0
      class FixtureView extends PathDownloadView<{ name: string }> {
        override getPath() {
          calls++
          const path = join(root, `${this.params.name}.txt`)
          return later ? Promise.resolve(path) : path
        }
      }
      const response = await fetchFrom(FixtureView.asView(), {}, { name: 'hello-world' })
      assert.equal(await response.text(), 'Hello world!\n')
      assert.equal(calls, 1)
    }
  })

  test('keeps an override inside the root', async () => {
    class NamedView extends PathDownloadView<{ name: string }> {
      override root: string | undefined = root
      override getPath() {
        return this.params.name
      }
    }
    assert.equal((await fetchFrom(NamedView.asView(), {}, { name: 'hello-world.txt' })).status, 200)
    assert.equal((await fetchFrom(NamedView.asView(), {}, { name: '../outside.txt' })).status, 404)
    assert.equal((await fetchFrom(NamedView.asView(), {}, { name: join(folder, 'outside.txt') })).status, 404)
  })

  test('may be told its path in any method of a subclass', async () => {
    class LateView extends PathDownloadView {
      override setup(request: DownloadRequest) {
        super.setup(request)
        this.path = hello
      }
    }
    assert.equal((await fetchFrom(LateView.asView())).status, 200)
  })

  test('needs a root when an override gives a relative path', async () => {
    class RelativeView extends PathDownloadView {
      override getPath() {
        return 'hello-world.txt'
      }
    }
    await assert.rejects(async () => RelativeView.asView()(testRequest()), {
      name: 'ConfigurationError',
      message: /root/,
    })
  })
})

function fetchFrom<P extends Params>(handler: DownloadHandler<P>, init: RequestInit = {}, params = {} as P) {
  return toFetchHandler(handler)(new Request('http://localhost/', init), { params })
}

function viewOf(fields: Partial<PathDownloadView>, params: Params = {}): PathDownloadView {
  return setupView(Object.assign(new PathDownloadView(), fields), { params })
}
