export { fromUnstorage, type UnstorageLike, type UnstorageOptions } from './unstorage.js'
