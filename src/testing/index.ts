export { assertDownloadResponse, type ExpectedDownload } from './assert-download-response.js'
export { assertXAccelRedirect, type ExpectedXAccelRedirect } from './assert-x-accel-redirect.js'
export { assertXSendfile, type ExpectedXSendfile } from './assert-x-sendfile.js'
export { type SetUpView, setupView } from './setup-view.js'
export {
  type TemporaryStorage,
  type TemporaryStorageOptions,
  temporaryStorage,
  withTemporaryStorage,
} from './temporary-storage.js'
export { type TestRequestInit, testRequest } from './test-request.js'
export { type CreatedStorage, type TestFunction, type TestStorageOptions, testStorage } from './test-storage.js'
