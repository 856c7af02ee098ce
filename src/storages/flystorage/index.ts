export { type FlystorageOptions, fromFlystorage } from './flystorage.js'
