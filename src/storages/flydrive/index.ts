export { type FlydriveOptions, fromFlydrive } from './flydrive.js'
