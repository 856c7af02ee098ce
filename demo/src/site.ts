import type { BackendName, DownloadConfig, ObjectModel, Storage } from 'downloadview'
import type { toExpressHandler } from 'downloadview/express'
import type { UrlSigner } from 'downloadview/signing'
import type { Document } from './documents.js'
import type { DownloadLog } from './explain/download-log.js'
import type { Library } from './library/table.js'
import type { OtherServer } from './other-server.js'
import type { Sessions } from './session/sessions.js'
import type { Shares } from './shares/table.js'
import type { UploadedFiles } from './upload/table.js'

/** What the site is made of: pages and views take what they need. */
export interface Site extends LibrarySite, FeaturesSite {
  /** Knows who has signed in. */
  readonly sessions: Sessions
  /** The server in front; without one, the application sends all files. */
  readonly front: SiteFront | undefined
  /** The library's own; with a real server in front, it hands every file over that lies on the disk. */
  readonly toExpressHandler: typeof toExpressHandler
}

/** What the document library is made of. */
export interface LibrarySite {
  /** The rows of documents. Each view and page checks who asks. */
  readonly library: Library
  /** Their files: on the disk, or in a bucket where there is one. */
  readonly libraryFiles: Storage
  /** The rows of links that owners gave away. */
  readonly shares: Shares
  /** Makes and checks these links, to the second. */
  readonly shareSigner: UrlSigner
  /** What happened to the latest downloads. */
  readonly downloads: DownloadLog
}

/** What the pages of features are made of. */
export interface FeaturesSite {
  /** The documents without an owner. */
  readonly publicDocuments: ObjectModel<Document>
  /** All documents. Only for views that check who asks. */
  readonly allDocuments: ObjectModel<Document>
  /** The files of documents: no view may serve them but through their row. */
  readonly uploads: Storage
  /** The rows of what visitors have uploaded; the files are in {@link uploads}. */
  readonly uploadedFiles: UploadedFiles
  /** Files in an object storage. */
  readonly objects: Storage
  /** Files that only a signed link opens. */
  readonly tickets: Storage
  /** Makes these links and checks them. */
  readonly signer: UrlSigner
  /** What it signs with. */
  readonly secret: string
  readonly otherServer: OtherServer
  /** Files that anybody may have. */
  readonly shelf: Storage
  /** Folder of the files that are handed over, with one folder for each server. */
  readonly mediaFolder: string
}

/** A server that stands in front of the site. */
export interface SiteFront {
  readonly server: BackendName
  /** Address by which visitors reach it, without the last slash. */
  readonly publicUrl: string
  /** What is handed over to it. */
  readonly config: DownloadConfig
}
