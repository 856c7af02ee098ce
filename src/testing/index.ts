export { assertDownloadResponse, type ExpectedDownload } from './assert-download-response.js'
export { assertXAccelRedirect, type ExpectedXAccelRedirect } from './assert-x-accel-redirect.js'
export { assertXSendfile, type ExpectedXSendfile } from './assert-x-sendfile.js'
export { ChaosStorage, type StruckFault } from './chaos-storage.js'
export type {
  AfterBytes,
  BodyFault,
  BrokenClose,
  CallFault,
  ChaosFault,
  ChaosMethod,
  ChaosOccasion,
  ChaosPlan,
  Deaf,
  Delay,
  DeleteFault,
  Extend,
  Fail,
  FetchFault,
  Garbage,
  ListFault,
  LostAnswer,
  Missing,
  OddPieces,
  Planned,
  Replace,
  SaveFault,
  Stall,
  StatFault,
  Truncate,
  Vanish,
  WrongSize,
} from './chaos-storage-plan.js'
export type { RandomChaosOptions, RandomFault } from './chaos-storage-random.js'
export { type SetUpView, setupView } from './setup-view.js'
export {
  type TemporaryStorage,
  type TemporaryStorageOptions,
  temporaryStorage,
  withTemporaryStorage,
} from './temporary-storage.js'
export { type TestRequestInit, testRequest } from './test-request.js'
export {
  type CreatedStorage,
  type StorageLack,
  type TestFunction,
  type TestStorageOptions,
  testStorage,
} from './test-storage.js'
