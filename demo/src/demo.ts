import { join, resolve } from 'node:path'
import { type BackendName, FileSystemStorage, SmartDownloadMiddleware } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import { isNull } from 'drizzle-orm'
import express, { type Express } from 'express'
import { claimFolder } from './data-folder.js'
import { openDatabase } from './database.js'
import { documents, documentsIn } from './documents.js'
import { frontConfig } from './downloadview.config.js'
import { answerErrors } from './pages/error.js'
import { homeRouter } from './pages/home.js'
import { seed } from './seed/seed.js'
import type { Site } from './site.js'
import { frontedHandOverRouter, handOverRouter } from './views/hand-over.js'
import { objectRouter } from './views/object.js'
import { pathRouter } from './views/path.js'
import { privateRouter } from './views/private.js'
import { storageRouter } from './views/storage.js'
import { virtualRouter } from './views/virtual.js'

/** Where the demo keeps what it has. */
export interface DemoOptions {
  /** Folder of the files and of the embedded database. It is made when it is not there. */
  dataFolder: string
  /** A PostgreSQL server that is used in place of the embedded database. */
  databaseUrl?: string | undefined
  /** The server in front, and the port by which visitors reach it. Without one, the application sends all files. */
  front?: Front | undefined
}

export interface Front {
  readonly server: BackendName
  readonly port: number
}

/** The site, ready to be served. */
export interface Demo {
  readonly app: Express
  /** Closes the database. Stop serving first. */
  close(): Promise<void>
}

/** Opens the site, with its first documents already in place. */
export async function createDemo({ dataFolder, databaseUrl, front }: DemoOptions): Promise<Demo> {
  const folder = resolve(dataFolder)
  const opened: (() => Promise<void>)[] = []
  const close = async () => {
    for (const closeOne of opened.splice(0).reverse()) await closeOne()
  }
  try {
    opened.push(await claimFolder(folder))
    const { database, close: closeDatabase } = await openDatabase(join(folder, 'database'), databaseUrl)
    opened.push(closeDatabase)
    const site: Site = {
      publicDocuments: documentsIn(database, isNull(documents.owner)),
      allDocuments: documentsIn(database),
      uploads: new FileSystemStorage({ root: join(folder, 'uploads') }),
      shelf: new FileSystemStorage({ root: join(folder, 'shelf') }),
      mediaFolder: join(folder, 'media'),
      toExpressHandler: front === undefined ? toExpressHandler : handOverTo(front.server, folder),
    }
    await seed(database, site)
    return { app: createApp(site, front), close }
  } catch (error) {
    await close()
    throw error
  }
}

function handOverTo(server: BackendName, folder: string): typeof toExpressHandler {
  const middleware = new SmartDownloadMiddleware(frontConfig(server, folder))
  return (view, options) => toExpressHandler(view, { ...options, middleware })
}

function createApp(site: Site, front: Front | undefined): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use(homeRouter(front?.port), objectRouter(site), privateRouter(site), storageRouter(site), pathRouter(site))
  app.use(virtualRouter, front === undefined ? handOverRouter(site) : frontedHandOverRouter(site))
  answerErrors(app)
  return app
}
