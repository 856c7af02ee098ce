export type { Awaitable } from './awaitable.js'
export * from './errors.js'
export { ContentFile, type ContentFileOptions } from './files/content.js'
export { FieldFile, type FieldFileOptions } from './files/field.js'
export type { DownloadFile } from './files/file.js'
export { FileField, type FileFieldOptions, type FileFieldSaveOptions, fileField } from './files/file-field.js'
export {
  type HttpAnswer,
  HttpClient,
  type HttpClientOptions,
  type HttpRequest,
  type HttpRequester,
} from './files/http/client.js'
export { HttpFile, type HttpFileOptions, type HttpRequestOptions } from './files/http/file.js'
export { LocalFile, type LocalFileOptions } from './files/local.js'
export { StorageFile } from './files/storage.js'
export { type VirtualContent, VirtualFile, type VirtualFileOptions } from './files/virtual.js'
export type { DownloadContext, DownloadHandler, DownloadRequest, Outcome, Params } from './handler.js'
export { contentDisposition, type DispositionType } from './headers/content-disposition.js'
export { HeaderMap, type HeadersInit, type HeaderValue } from './headers/header-map.js'
export type { ByteRange, RangeSpec } from './headers/range.js'
export type { RequestHeaders } from './headers/request-headers.js'
export type { Clock } from './limits/clock.js'
export { DownloadLimits } from './limits/download-limits.js'
export { SlowClientError, TooManyDownloadsError } from './limits/errors.js'
export type { DownloadLimitsOptions } from './limits/options.js'
export { remoteAddress } from './limits/remote-address.js'
export { BaseDownloadMiddleware, type DownloadDecorator } from './middleware/base.js'
export {
  type BackendName,
  type DownloadConfig,
  defineConfig,
  type Explanation,
  type Rule,
  type RuleExplanation,
  type ServerOptions,
} from './middleware/config.js'
export { DownloadDispatcherMiddleware } from './middleware/dispatcher.js'
export { type Decision, ProxiedDownloadMiddleware } from './middleware/proxied.js'
export { RequestMappingMiddleware, type RequestMappingOptions } from './middleware/request-mapping.js'
export { SmartDownloadMiddleware } from './middleware/smart.js'
export type { SourceOptions } from './middleware/source.js'
export { observeDownloads } from './observe/channels.js'
export type { DownloadEvent, DownloadListener, DownloadStage } from './observe/event.js'
export { type Delivery, DownloadResponse, type DownloadResponseOptions } from './responses/download.js'
export { EmptyResponse } from './responses/empty.js'
export { NotModifiedResponse } from './responses/not-modified.js'
export { ProxiedDownloadResponse } from './responses/proxied.js'
export type { Content, Piece, StreamedContent, WholeContent } from './storages/content.js'
export type { DotfilePolicy } from './storages/disk/local-path.js'
export { configureOpenFileCache, type OpenFileCacheOptions } from './storages/disk/open-files.js'
export { ExpiringStorage, type ExpiringStorageOptions } from './storages/expiring.js'
export { FileSystemStorage, type FileSystemStorageOptions, type LeftoversOptions } from './storages/file-system.js'
export type { Inflow } from './storages/inflow.js'
export { assertCanonicalKey } from './storages/key.js'
export { MemoryStorage, type MemoryStorageOptions } from './storages/memory.js'
export type {
  FetchedBody,
  FetchedFile,
  FetchOptions,
  FileStat,
  PresignOptions,
  ReadOptions,
  RetainedFile,
  SaveOptions,
  Storage,
} from './storages/storage.js'
export { DownloadView, type ParamsOf, type ViewOptions } from './views/base.js'
export { HttpDownloadView } from './views/http.js'
export { type FieldOf, ObjectDownloadView, type ObjectModel, type ObjectOf } from './views/object.js'
export { PathDownloadView } from './views/path.js'
export { type SendfileOptions, sendfile } from './views/sendfile.js'
export { StorageDownloadView } from './views/storage.js'
export { VirtualDownloadView } from './views/virtual.js'
