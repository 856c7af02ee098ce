import { isPromise } from '../awaitable.js'
import type { DownloadFile } from './file.js'

/** Closes the wrapper of a file. Nothing may come back: one that fails now would end the process. */
export function letGo(file: DownloadFile | undefined): void {
  try {
    const closing: unknown = file?.close?.()
    if (isPromise(closing)) Promise.resolve(closing).catch(() => {})
  } catch {
    // It is closed, as far as it can be.
  }
}
