export * from './errors.js'
export { ContentFile, type ContentFileOptions } from './files/content.js'
export { FieldFile, type FieldFileOptions } from './files/field.js'
export type { DownloadFile } from './files/file.js'
export { LocalFile, type LocalFileOptions } from './files/local.js'
export { StorageFile } from './files/storage.js'
export { type VirtualContent, VirtualFile, type VirtualFileOptions } from './files/virtual.js'
export type { DownloadContext, DownloadHandler, DownloadRequest, Outcome, Params } from './handler.js'
export { contentDisposition, type DispositionType } from './headers/content-disposition.js'
export { HeaderMap, type HeadersInit, type HeaderValue } from './headers/header-map.js'
export type { ByteRange } from './headers/range.js'
export type { RequestHeaders } from './headers/request-headers.js'
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
export { DownloadResponse, type DownloadResponseOptions } from './responses/download.js'
export { EmptyResponse } from './responses/empty.js'
export { NotModifiedResponse } from './responses/not-modified.js'
export { ProxiedDownloadResponse } from './responses/proxied.js'
export type { Content, Piece, StreamedContent, WholeContent } from './storages/content.js'
export { ExpiringStorage, type ExpiringStorageOptions } from './storages/expiring.js'
export { FileSystemStorage, type FileSystemStorageOptions } from './storages/file-system.js'
export { assertCanonicalKey } from './storages/key.js'
export type { DotfilePolicy } from './storages/local-path.js'
export { MemoryStorage, type MemoryStorageOptions } from './storages/memory.js'
export type { FileStat, ReadOptions, SaveOptions, Storage } from './storages/storage.js'
export { type Awaitable, DownloadView, type ParamsOf, type ViewOptions } from './views/base.js'
export { type FieldOf, ObjectDownloadView, type ObjectModel } from './views/object.js'
export { PathDownloadView } from './views/path.js'
export { type SendfileOptions, sendfile } from './views/sendfile.js'
export { StorageDownloadView } from './views/storage.js'
export { VirtualDownloadView } from './views/virtual.js'
