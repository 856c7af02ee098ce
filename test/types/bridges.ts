import type { FileStorage } from '@flystorage/file-storage'
import type { Disk } from 'flydrive'
import { createStorage, type Storage as Unstorage } from 'unstorage'
import type { Storage } from '../../src/index.js'
import { fromFlydrive } from '../../src/storages/flydrive/index.js'
import { fromFlystorage } from '../../src/storages/flystorage/index.js'
import { fromUnstorage } from '../../src/storages/unstorage/index.js'
import { type StorageLack, testStorage } from '../../src/testing/index.js'

declare const disk: Disk
declare const files: FileStorage
declare const values: Unstorage

fromFlydrive(disk) satisfies Storage
fromFlydrive(disk, { baseUrl: '/media', presigned: false })
fromFlystorage(files) satisfies Storage
fromFlystorage(files, { checksum: 'etag', baseUrl: '/media', presigned: false })
fromUnstorage(values) satisfies Storage
fromUnstorage(createStorage<{ a: string }>(), { baseUrl: '/media' })

// @ts-expect-error a disk, not its driver
fromFlydrive(disk.driver)
// @ts-expect-error each library has a bridge of its own
fromFlydrive(files)
// @ts-expect-error flydrive knows its entity-tags
fromFlydrive(disk, { checksum: 'etag' })
// @ts-expect-error each library has a bridge of its own
fromFlystorage(disk)
// @ts-expect-error the name of a checksum
fromFlystorage(files, { checksum: true })
// @ts-expect-error unstorage signs nothing
fromUnstorage(values, { presigned: false })
// @ts-expect-error a storage, not its driver
fromUnstorage(values.getMount().driver)
// @ts-expect-error not every storage makes addresses
void fromFlydrive(disk).presignedUrl('a.txt')

testStorage('It', () => fromFlydrive(disk), { lacks: ['any-key', 'exact-versions'], test: () => {} })
// @ts-expect-error there is no such lack
const lack: StorageLack = 'atomic-save'

export { lack }
