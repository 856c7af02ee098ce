import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DatabaseServer, folderOf, freePort, launch, runAs, userOf } from './database-server.js'

/** Starts a MariaDB of our own, in UTC, without a password. Its collation is the usual one, which ignores case. */
export async function startMariadb(): Promise<DatabaseServer> {
  const owner = userOf('mysql')
  const folder = folderOf(owner, 'mariadb')
  const data = join(folder.path, 'data')
  // A server that starts removes what looks like the temporary tables of a former one: each needs a folder of its own.
  const temporary = `--tmpdir=${folder.path}`
  runAs(owner, 'mariadb-install-db', [
    ...['--no-defaults', `--datadir=${data}`, temporary, '--auth-root-authentication-method=normal', '--skip-test-db'],
  ])
  const first = join(folder.path, 'first.sql')
  writeFileSync(first, 'CREATE DATABASE downloads;\n')
  const port = await freePort()
  const stop = await launch(owner, {
    program: '/usr/sbin/mariadbd',
    args: [
      ...['--no-defaults', `--datadir=${data}`, `--port=${port}`, '--bind-address=127.0.0.1'],
      ...[`--socket=${join(folder.path, 'socket')}`, `--pid-file=${join(folder.path, 'pid')}`, temporary],
      `--init-file=${first}`,
      ...['--skip-name-resolve', '--default-time-zone=+00:00', '--innodb-flush-log-at-trx-commit=0'],
      ...['--character-set-server=utf8mb4', '--collation-server=utf8mb4_general_ci'],
    ],
    ready: /ready for connections/,
    stopSignal: 'SIGTERM',
  })
  return {
    ...{ host: '127.0.0.1', port, user: 'root', database: 'downloads' },
    url: `mysql://root@127.0.0.1:${port}/downloads`,
    async stop() {
      await stop()
      folder.remove()
    },
  }
}
