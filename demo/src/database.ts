import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'

/** PostgreSQL, wherever it runs. */
export type Database = PgDatabase<PgQueryResultHKT>

export interface OpenDatabase {
  readonly database: Database
  close(): Promise<void>
}

/** Opens the database of a server, or without one the database that is embedded in this process, by its folder. */
export function openDatabase(folder: string, serverUrl: string | undefined): Promise<OpenDatabase> {
  return serverUrl === undefined ? openEmbedded(folder) : openServer(serverUrl)
}

async function openEmbedded(folder: string): Promise<OpenDatabase> {
  const { drizzle } = await import('drizzle-orm/pglite')
  await mkdir(dirname(folder), { recursive: true })
  const database = drizzle(folder)
  await database.$client.waitReady.catch((error: unknown) => {
    throw new Error(`The database in ${folder} is damaged. Start afresh: npm run demo -- --reset`, { cause: error })
  })
  return { database, close: () => database.$client.close() }
}

async function openServer(url: string): Promise<OpenDatabase> {
  if (!/^postgres(ql)?:/.test(url)) throw new Error('DATABASE_URL must be the postgres://… of a PostgreSQL server.')
  const { drizzle } = await import('drizzle-orm/node-postgres').catch(explainMissingDriver)
  const database = drizzle(url)
  // A server that goes away also ends the connections that wait for work; without a listener that ends the process.
  database.$client.on('error', (error: Error) => console.error('The database closed a connection:', error.message))
  await database.execute('select 1').catch((error: unknown) => {
    throw new Error(`The database of DATABASE_URL cannot be used: ${reasonOf(error)}`, { cause: error })
  })
  return { database, close: () => database.$client.end() }
}

/** What a database says is wrong; the error around it repeats the whole query. */
export function reasonOf(error: unknown): string {
  const { cause = error } = error as Error
  // Connection errors of Node may have no message.
  return (cause as Error).message || (cause as NodeJS.ErrnoException).code || String(cause)
}

/** The driver is no dependency of the demo: who has no PostgreSQL does without. */
export function explainMissingDriver(error: unknown): never {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
  throw new Error('DATABASE_URL needs the driver "pg". Install it: npm install --no-save pg', { cause: error })
}
