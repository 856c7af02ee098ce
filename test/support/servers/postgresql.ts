import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type DatabaseServer, folderOf, freePort, launch, runAs, userOf } from './database-server.js'

/** Starts a PostgreSQL of our own, in UTC and without a password. */
export async function startPostgresql(): Promise<DatabaseServer> {
  const owner = userOf('postgres')
  const folder = folderOf(owner, 'postgresql')
  const programs = newestPrograms()
  const data = join(folder.path, 'data')
  runAs(owner, join(programs, 'initdb'), [
    ...['-D', data, '--auth=trust', '--username=postgres', '--no-sync'],
    ...['--encoding=UTF8', '--locale=C'],
  ])
  const port = await freePort()
  const stop = await launch(owner, {
    program: join(programs, 'postgres'),
    args: ['-D', data, '-p', String(port), ...SETTINGS.flatMap((setting) => ['-c', setting])],
    ready: /ready to accept connections/,
    // It waits until its clients have left: some drivers end a connection without waiting for that themselves.
    stopSignal: 'SIGTERM',
  })
  return {
    ...{ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' },
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      await stop()
      folder.remove()
    },
  }
}

const SETTINGS = [
  ...['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'timezone=UTC'],
  ...['fsync=off', 'shared_buffers=16MB', 'max_connections=30'],
]

const INSTALLED = '/usr/lib/postgresql'

/** Debian has each major version in a folder of its own, off the path. */
function newestPrograms(): string {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED) : []
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0]
  if (newest === undefined) throw new Error('PostgreSQL is missing: apt-get install postgresql')
  return join(INSTALLED, newest, 'bin')
}
