export type { S3Connection } from './connect.js'
export type { S3RequestParams, S3SaveParams } from './params.js'
export { type S3ConnectOptions, S3Storage, type S3StorageOptions } from './storage.js'
