import type { DownloadFile } from './file.js'

/** Closes the wrapper of a file. Nothing may come back: one that fails now would end the process. */
export function letGo(file: DownloadFile | undefined): void {
  const work = async () => file?.close?.()
  work().catch(() => {})
}
