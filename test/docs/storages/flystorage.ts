import { FileStorage } from '@flystorage/file-storage'
import { LocalStorageAdapter } from '@flystorage/local-fs'
import { fromFlystorage } from 'downloadview/storages/flystorage'

const files = new FileStorage(new LocalStorageAdapter('media'))
export const storage = fromFlystorage(files, { presigned: false, baseUrl: '/media/' })
