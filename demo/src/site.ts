import type { ObjectModel, Storage } from 'downloadview'
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
}
