import type { ObjectModel, Storage } from 'downloadview'
import type { toExpressHandler } from 'downloadview/express'
import type { Document } from './documents.js'

/** What the views serve from. */
export interface Site {
  /** The documents without an owner. */
  readonly publicDocuments: ObjectModel<Document>
  /** All documents. Only for views that check who asks. */
  readonly allDocuments: ObjectModel<Document>
  /** The files of documents: no view may serve them but through their row. */
  readonly uploads: Storage
  /** Files that anybody may have. */
  readonly shelf: Storage
  /** Folder of the files that are handed over, with one folder for each server. */
  readonly mediaFolder: string
  /** The library's own; with a real server in front, it hands every file over that lies on the disk. */
  readonly toExpressHandler: typeof toExpressHandler
}
