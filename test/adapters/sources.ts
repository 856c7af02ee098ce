import { ContentFile } from '../../src/files/content.js'
import type { DownloadHandler } from '../../src/handler.js'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { MemoryStorage } from '../../src/storages/memory.js'
import { ObjectDownloadView } from '../../src/views/object.js'
import { PathDownloadView } from '../../src/views/path.js'
import { sendfile } from '../../src/views/sendfile.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { VirtualDownloadView } from '../../src/views/virtual.js'
import { DIGITS, type Fixtures, MODIFIED } from './fixtures.js'

/** A view that serves the ten digits as `digits.txt`. */
export interface Source {
  readonly name: string
  readonly view: DownloadHandler
  readonly route?: string
  readonly target: string
}

/** The same file from everywhere that a file can come from: clients must not be able to tell. */
export function sourcesOfDigits(fixtures: Fixtures): Source[] {
  const { root, path } = fixtures
  const folder = new FileSystemStorage({ root })
  return [
    {
      name: 'PathDownloadView with a fixed path',
      view: PathDownloadView.asView({ path: path('digits.txt') }),
      target: '/anything',
    },
    {
      name: 'PathDownloadView with a root',
      view: PathDownloadView.asView({ root }),
      route: '/files/*path',
      target: '/files/digits.txt',
    },
    {
      name: 'StorageDownloadView on a folder',
      view: StorageDownloadView.asView({ storage: folder }),
      route: '/files/*path',
      target: '/files/digits.txt',
    },
    {
      name: 'StorageDownloadView in memory',
      view: StorageDownloadView.asView({ storage: memoryWithDigits(), path: 'digits.txt' }),
      target: '/',
    },
    {
      name: 'sendfile()',
      view: (request) => sendfile(request, 'digits.txt', { root, attachment: true }),
      target: '/digits?of=sendfile',
    },
    {
      name: 'ObjectDownloadView with a stored name',
      view: ItemView.asView({ storage: folder, fileField: 'file' }),
      route: '/items/:id',
      target: '/items/7',
    },
    {
      name: 'ObjectDownloadView with bytes',
      view: ItemView.asView({ fileField: 'bytes', basenameField: 'name', modificationTimeField: 'changed' }),
      route: '/items/:id',
      target: '/items/7',
    },
    { name: 'VirtualDownloadView of content', view: DigitsView.asView(), target: '/' },
  ]
}

interface Item {
  readonly file: string
  readonly bytes: Uint8Array
  readonly name: string
  readonly changed: Date
}

class ItemView extends ObjectDownloadView<Item> {
  override model = {
    find: ({ id }: Readonly<Record<string, string>>): Item | undefined =>
      id === '7'
        ? { file: 'digits.txt', bytes: Buffer.from(DIGITS), name: 'digits.txt', changed: MODIFIED }
        : undefined,
  }
}

class DigitsView extends VirtualDownloadView {
  override getFile(): ContentFile {
    return new ContentFile(DIGITS, { name: 'digits.txt', modifiedTime: MODIFIED })
  }
}

/** Memory is written long before the first request can come. */
function memoryWithDigits(): MemoryStorage {
  const storage = new MemoryStorage()
  void storage.save('digits.txt', DIGITS)
  return storage
}
