import type { Awaitable } from '../awaitable.js'
import type { VirtualFile } from '../files/virtual.js'
import type { Params } from '../handler.js'
import { DownloadView } from './base.js'

/** Serves a file that is made for the request. Override {@link getFile}. */
export abstract class VirtualDownloadView<P extends Params = Params> extends DownloadView<P> {
  /** Makes the file: a `VirtualFile` of a stream or generator, or a `ContentFile` of text or bytes. */
  abstract override getFile(): Awaitable<VirtualFile>
}
