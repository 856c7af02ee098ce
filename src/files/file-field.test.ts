import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { scratchFolder } from '../../test/support/scratch.js'
import { toFetchHandler } from '../adapters/fetch/handler.js'
import { ConfigurationError, FileExistsError, InvalidKeyError, StorageError } from '../errors.js'
import { FileSystemStorage } from '../storages/file-system.js'
import { assertCanonicalKey } from '../storages/key.js'
import { MemoryStorage } from '../storages/memory.js'
import type { Storage } from '../storages/storage.js'
import { ObjectDownloadView } from '../views/object.js'
import { fileField } from './file-field.js'

describe('fileField', () => {
  test('saves a file, gives the name to store, and finds the file by it', async () => {
    const pdf = fileField({ storage: new MemoryStorage(), folder: 'invoices/2026' })
    const stored = await pdf.save('report.pdf', '%PDF')
    assert.equal(stored, 'invoices/2026/report.pdf')
    assert.equal(await textOf(pdf.storage, stored), '%PDF')
    assert.equal((await pdf.from(stored)?.stat())?.size, 4)
  })

  test('saves without a folder, too', async () => {
    assert.equal(await fileField({ storage: new MemoryStorage() }).save('report.pdf', '%PDF'), 'report.pdf')
  })

  test('has no file for an empty column', async () => {
    const pdf = fileField({ storage: new MemoryStorage() })
    for (const empty of [undefined, null, '']) {
      assert.equal(pdf.from(empty), undefined)
      await pdf.delete(empty)
    }
  })

  test('never replaces a file of the same name', async () => {
    const pdf = fileField({ storage: new MemoryStorage(), folder: 'invoices' })
    const first = await pdf.save('report.tar.gz', 'first')
    const second = await pdf.save('report.tar.gz', 'second')
    assert.match(second, /^invoices\/report\.tar_[\da-f]{10}\.gz$/)
    assert.equal(await textOf(pdf.storage, first), 'first')
    assert.equal(await textOf(pdf.storage, second), 'second')
  })

  for (const [kind, make] of [
    ['text', (text: string) => text],
    ['a stream', (text: string) => Readable.from([text])],
    ['a generator', (text: string) => generate(text)],
  ] as const) {
    test(`gives each of many that save ${kind} at a time a file of its own`, async (context) => {
      for (const storage of [new MemoryStorage(), new FileSystemStorage({ root: await scratchFolder(context) })]) {
        const pdf = fileField({ storage })
        const texts = Array.from({ length: 8 }, (_, index) => `content ${index}`)
        const names = await Promise.all(texts.map((text) => pdf.save('report.pdf', make(text))))
        assert.equal(new Set(names).size, 8)
        assert.deepEqual(await Promise.all(names.map((name) => textOf(storage, name))), texts)
      }
    })
  }

  test('makes names that every storage takes, whatever a client calls its file', async (context) => {
    const storage = new FileSystemStorage({ root: await scratchFolder(context) })
    const pdf = fileField({ storage })
    for (const [given, expected] of NAMES) {
      const stored = await fileField({ storage: new MemoryStorage() }).save(given, 'content')
      assert.equal(stored, expected)
      assertCanonicalKey(stored)
      const onDisk = await pdf.save(given, given)
      assert.equal(await textOf(storage, onDisk), Buffer.from(given).toString())
    }
  })

  test('keeps names short enough for a file system, and their extension', async (context) => {
    const storage = new FileSystemStorage({ root: await scratchFolder(context) })
    for (const name of [`${'x'.repeat(300)}.pdf`, `${'日'.repeat(300)}.pdf`, `${'🙂'.repeat(300)}.pdf`]) {
      for (const content of ['first', 'second']) {
        const stored = await fileField({ storage }).save(name, content)
        assert.ok(Buffer.byteLength(stored) <= 255, stored)
        assert.match(stored, /\.pdf$/)
        assert.equal(await textOf(storage, stored), content)
      }
    }
  })

  test('keeps the media type where the storage can', async () => {
    const storage = new MemoryStorage()
    const stored = await fileField({ storage }).save('report', generate('%PDF'), { contentType: 'application/pdf' })
    assert.equal((await storage.stat(stored))?.contentType, 'application/pdf')
  })

  test('leaves nothing behind when the content fails', async () => {
    const storage = new MemoryStorage()
    const broken = Readable.from(
      (async function* () {
        yield 'half'
        throw new Error('the client has gone')
      })(),
    )
    await assert.rejects(fileField({ storage }).save('report.pdf', broken), /the client has gone/)
    assert.deepEqual(await allOf(storage.list()), [])
  })

  test('lets go of a stream that cannot be saved', async () => {
    const storage = new FaultyStorage('save')
    const content = Readable.from(['content'])
    await assert.rejects(fileField({ storage }).save('report.pdf', content), StorageError)
    assert.equal(content.destroyed, true)
  })

  test('gives up on a storage that has a file under every name', async () => {
    const storage = new (class extends MemoryStorage {
      override async save(): Promise<void> {
        throw new FileExistsError('There is one already.')
      }
    })()
    await assert.rejects(fileField({ storage }).save('report.pdf', 'content'), FileExistsError)
  })

  test('replaces a file by a new one', async () => {
    const pdf = fileField({ storage: new MemoryStorage() })
    const old = await pdf.save('report.pdf', 'old')
    const stored = await pdf.replace(old, 'report.pdf', 'new')
    assert.notEqual(stored, old)
    assert.equal(await textOf(pdf.storage, stored), 'new')
    assert.equal(await pdf.storage.exists(old), false)
    assert.equal(await pdf.replace(null, 'other.pdf', 'new'), 'other.pdf')
  })

  test('keeps the old file when the new one cannot be saved', async () => {
    const pdf = fileField({ storage: new MemoryStorage() })
    const old = await pdf.save('report.pdf', 'old')
    const broken: Readable = new Readable({ read: () => broken.destroy(new Error('broken')) })
    await assert.rejects(pdf.replace(old, 'report.pdf', broken), /broken/)
    assert.deepEqual(await allOf(pdf.storage.list()), [old])
  })

  test('takes the new file back when the old one cannot be deleted', async () => {
    const storage = new FaultyStorage('delete')
    await storage.save('old.pdf', 'old')
    await assert.rejects(fileField({ storage }).replace('old.pdf', 'new.pdf', 'new'), StorageError)
    assert.deepEqual(await allOf(storage.list()), ['old.pdf'])
  })

  test('deletes a file, and is content when there is none', async () => {
    const pdf = fileField({ storage: new MemoryStorage() })
    const stored = await pdf.save('report.pdf', 'content')
    await pdf.delete(stored)
    assert.equal(await pdf.storage.exists(stored), false)
    await pdf.delete(stored)
  })

  test('refuses stored names that lead elsewhere, as the storage does', async () => {
    const pdf = fileField({ storage: new MemoryStorage() })
    await assert.rejects(pdf.delete('../secret'), InvalidKeyError)
    await assert.rejects(async () => pdf.from('../secret')?.stat(), InvalidKeyError)
  })

  test('tells of a folder that is none', () => {
    for (const folder of ['', '/', 'invoices/', '/invoices', '../invoices', 'a//b']) {
      assert.throws(() => fileField({ storage: new MemoryStorage(), folder }), ConfigurationError, folder)
    }
  })

  test('names files for a view, which takes the name and the file itself', async () => {
    const pdf = fileField({ storage: new MemoryStorage(), folder: 'invoices' })
    const stored = await pdf.save('report.pdf', '%PDF')
    for (const value of [stored, pdf.from(stored)]) {
      const view = ObjectDownloadView.asView({
        model: { find: () => ({ value }) },
        storage: pdf.storage,
        fileField: 'value',
      })
      const request = new Request('http://localhost/1')
      const response = await toFetchHandler(view)(request, { params: { pk: '1' } })
      assert.equal(response.headers.get('content-disposition'), 'attachment; filename="report.pdf"')
      assert.equal(await response.text(), '%PDF')
    }
  })
})

const NAMES: readonly (readonly [given: string, expected: string])[] = [
  ['report.pdf', 'report.pdf'],
  ['C:\\Users\\Ada\\report.pdf', 'report.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['folder/', 'download'],
  ['', 'download'],
  ['.', 'download'],
  ['..', 'download'],
  ['...', 'download'],
  ['.htaccess', 'htaccess'],
  ['.pdf', 'pdf'],
  ['a:b.pdf', 'a_b.pdf'],
  ['file.pdf::$DATA', 'file.pdf__$DATA'],
  ['C:report.pdf', 'C_report.pdf'],
  ['what?*.pdf', 'what__.pdf'],
  ['end.pdf. . ', 'end.pdf'],
  ['line\nbreak\0.pdf', 'line break.pdf'],
  ['right\u202Efdp.exe', 'rightfdp.exe'],
  ['日本 🙂.txt', '日本 🙂.txt'],
  ['half\uD83D.txt', 'half\uFFFD.txt'],
  ['100% <b>"x"|.txt', '100% _b__x__.txt'],
  // Devices to Windows, whatever follows the dot.
  ['CON', '_CON'],
  ['nul.tar.gz', '_nul.tar.gz'],
  ['Lpt1 .txt', '_Lpt1 .txt'],
  ['console.txt', 'console.txt'],
  // What the end is once a long name was cut.
  [`a.${'x'.repeat(30)} and more`, `a.${'x'.repeat(30)}`],
  [`${'x'.repeat(199)} and more`, 'x'.repeat(199)],
]

async function* generate(text: string): AsyncGenerator<string> {
  yield* text
}

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

async function textOf(storage: Storage, key: string): Promise<string> {
  const chunks = await allOf(storage.open(key))
  return Buffer.concat(chunks).toString()
}

/** Keeps files, but fails at one thing. */
class FaultyStorage extends MemoryStorage {
  readonly #fault: 'save' | 'delete'

  constructor(fault: 'save' | 'delete') {
    super()
    this.#fault = fault
  }

  override async save(...args: Parameters<MemoryStorage['save']>): Promise<void> {
    if (this.#fault === 'save') throw new StorageError('The disk is full.')
    await super.save(...args)
  }

  override async delete(key: string): Promise<void> {
    if (this.#fault === 'delete' && key === 'old.pdf') throw new StorageError('The disk is read only.')
    await super.delete(key)
  }
}
