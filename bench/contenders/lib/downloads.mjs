import { configureOpenFileCache, FileSystemStorage, StorageDownloadView } from 'downloadview'
import { root } from './contender.mjs'

// The files of the bench are never written to. Without the native sender this changes nothing.
configureOpenFileCache({ sendfile: true })

/** Our own view of the files, as an application has it: every check and every header on. */
export const files = StorageDownloadView.asView({ storage: new FileSystemStorage({ root }) })
