export { GoogleCloudStorage, type GoogleCloudStorageOptions } from './storage.js'
