import { fromUnstorage } from 'downloadview/storages/unstorage'
import { createStorage } from 'unstorage'
import fsDriver from 'unstorage/drivers/fs'

export const storage = fromUnstorage(createStorage({ driver: fsDriver({ base: 'media' }) }))
