export { AzureBlobStorage, type AzureBlobStorageOptions } from './storage.js'
