import { join, resolve } from 'node:path'
import { type DownloadConfig, FileSystemStorage, SmartDownloadMiddleware } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import { writeCanaries } from 'downloadview/health'
import { UrlSigner } from 'downloadview/signing'
import { isNull } from 'drizzle-orm'
import express, { type Express, type Router } from 'express'
import { claimFolder } from './data-folder.js'
import { openDatabase } from './database.js'
import { documents, documentsIn } from './documents.js'
import { type Front, frontConfig } from './downloadview.config.js'
import { DownloadLog } from './explain/download-log.js'
import { featuresRouter } from './features/router.js'
import { libraryDownloads } from './library/downloads.js'
import { libraryRouter } from './library/router.js'
import { Library } from './library/table.js'
import { type BucketAddress, openObjectStorage } from './object-storage/object-storage.js'
import { startOtherServer } from './other-server.js'
import { assetsRouter } from './pages/assets.js'
import { answerErrors } from './pages/error.js'
import { homeRouter } from './pages/home.js'
import { seed } from './seed/seed.js'
import { rememberViewer, sessionRouter } from './session/router.js'
import { assertOwnHost } from './session/same-origin.js'
import { readSecret } from './session/secret.js'
import { Sessions } from './session/sessions.js'
import { sharesRouter } from './shares/router.js'
import { Shares } from './shares/table.js'
import type { Site } from './site.js'
import { statusRouter } from './status/router.js'
import { UploadedFiles } from './upload/table.js'
import { copiesRouter } from './views/copies.js'
import { frontedHandOverRouter, handOverRouter } from './views/hand-over.js'
import { httpRouter } from './views/http.js'
import { objectRouter } from './views/object.js'
import { pathRouter } from './views/path.js'
import { privateRouter } from './views/private.js'
import { signedRouter } from './views/signed.js'
import { storageRouter } from './views/storage.js'
import { uploadRouter } from './views/upload.js'
import { virtualRouter } from './views/virtual.js'

/** Where the demo keeps what it has. */
export interface DemoOptions {
  /** Folder of the files and of the embedded database. It is made when it is not there. */
  dataFolder: string
  /** A PostgreSQL server that is used in place of the embedded database. */
  databaseUrl?: string | undefined
  /** A bucket that is used in place of the small object storage that the demo starts for itself. */
  bucket?: BucketAddress | undefined
  /** The server in front. Without one, the application sends all files. */
  front?: Front | undefined
}

/** The site, ready to be served. */
export interface Demo {
  readonly app: Express
  /** Closes the database, and stops the servers that the demo has for itself. Stop serving first. */
  close(): Promise<void>
}

/** Opens the site, with its first documents already in place. */
export async function createDemo({ dataFolder, databaseUrl, bucket, front }: DemoOptions): Promise<Demo> {
  const folder = resolve(dataFolder)
  const opened: (() => Promise<void>)[] = []
  const close = async () => {
    for (const closeOne of opened.splice(0).reverse()) await closeOne()
  }
  try {
    opened.push(await claimFolder(folder))
    const { database, close: closeDatabase } = await openDatabase(join(folder, 'database'), databaseUrl)
    opened.push(closeDatabase)
    const objectStorage = await openObjectStorage(join(folder, 'objects'), bucket)
    opened.push(objectStorage.close)
    const otherServer = await startOtherServer()
    opened.push(otherServer.close)
    const secret = await readSecret(join(folder, 'secret'))
    const sessions = new Sessions(secret)
    const downloads = new DownloadLog({ userOf: (request) => sessions.userOf(request), folder })
    const config = front && frontConfig(front, { dataFolder: folder, hasLibrary: bucket === undefined })
    const site: Site = {
      sessions,
      downloads,
      front: front && config && { server: front.server, publicUrl: `http://127.0.0.1:${front.port}`, config },
      toExpressHandler: config === undefined ? toExpressHandler : handOver({ ...config, explain: downloads.explain }),
      library: new Library(database),
      libraryFiles: bucket === undefined ? fileSystem(join(folder, 'library')) : objectStorage.storage,
      shares: new Shares(database),
      shareSigner: new UrlSigner({ secrets: [secret], stableFor: 1 }),
      publicDocuments: documentsIn(database, isNull(documents.owner)),
      allDocuments: documentsIn(database),
      uploads: fileSystem(join(folder, 'uploads')),
      uploadedFiles: new UploadedFiles(database),
      objects: objectStorage.storage,
      tickets: new FileSystemStorage({ root: join(folder, 'tickets'), baseUrl: '/signed/file/' }),
      signer: new UrlSigner({ secrets: [secret] }),
      secret,
      otherServer,
      shelf: fileSystem(join(folder, 'shelf')),
      mediaFolder: join(folder, 'media'),
    }
    await seed(database, site)
    if (config !== undefined) await writeCanaries(config)
    return { app: createApp(site), close }
  } catch (error) {
    await close()
    throw error
  }
}

function fileSystem(root: string): FileSystemStorage {
  return new FileSystemStorage({ root })
}

function handOver(config: DownloadConfig): typeof toExpressHandler {
  const middleware = new SmartDownloadMiddleware(config)
  return (view, options) => toExpressHandler(view, { ...options, middleware })
}

function createApp(site: Site): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use((request, _response, next) => {
    assertOwnHost(request)
    next()
  })
  app.use(rememberViewer(site.sessions))
  app.use(assetsRouter, homeRouter(site), sessionRouter(site), statusRouter(site))
  app.use(libraryRouter(site), libraryDownloads(site), sharesRouter(site))
  app.use(featuresRouter(site), ...featureViews(site))
  answerErrors(app)
  return app
}

/** A router for each kind of view. */
function featureViews(site: Site): Router[] {
  return [
    ...[objectRouter(site), privateRouter(site), signedRouter(site), storageRouter(site), copiesRouter(site)],
    ...[pathRouter(site), httpRouter(site), uploadRouter(site), virtualRouter],
    site.front === undefined ? handOverRouter(site) : frontedHandOverRouter(site),
  ]
}
