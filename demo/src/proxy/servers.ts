import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { BackendName, DownloadConfig } from 'downloadview'
import { apacheConfig } from 'downloadview/apache'
import { caddyConfig } from 'downloadview/caddy'
import { lighttpdConfig } from 'downloadview/lighttpd'
import { nginxConfig } from 'downloadview/nginx'

/** A server that can stand in front of the demo. */
export type ServerName = Exclude<BackendName, 'litespeed'>

/** What the demo knows of a server: where it is, and the least of a configuration around what the library writes. */
export interface Server {
  /** What it cannot do without: a program, or the absolute path of a file. The first one is started. */
  readonly needs: readonly [program: string, ...others: string[]]
  /** Packages of Debian and Ubuntu that bring these. */
  readonly packages: string
  /** Makes the part that is about the application and its files, as `downloadview config` does. */
  readonly write: (config: DownloadConfig) => string
  /** Makes what goes around it. The server writes into `folder` and nowhere else. */
  readonly writeMain: (place: { folder: string; included: string; port: number }) => string
  /** Arguments that start it in the foreground. */
  readonly args: (main: string) => string[]
}

const isRoot = process.getuid?.() === 0

const APACHE_MODULES = ['mpm_event', 'authz_core', 'proxy', 'proxy_http', 'headers', 'xsendfile']
const apacheModule = (name: string) => `/usr/lib/apache2/modules/mod_${name}.so`

export const SERVERS: Readonly<Record<ServerName, Server>> = {
  nginx: {
    needs: ['nginx'],
    packages: 'nginx',
    write: nginxConfig,
    // Its workers would run as nobody, who may not look into the folders of others.
    writeMain: ({ folder, included }) => `${isRoot ? 'user root;\n' : ''}daemon off;
worker_processes 1;
pid "${folder}/pid";
error_log stderr;
events {}
http {
  access_log off;
  # Larger than what the demo takes: it says itself what is too large.
  client_max_body_size 64m;
  client_body_temp_path "${folder}/bodies";
  proxy_temp_path "${folder}/proxied";
  fastcgi_temp_path "${folder}/fastcgi";
  uwsgi_temp_path "${folder}/uwsgi";
  scgi_temp_path "${folder}/scgi";
  include "${included}";
}
`,
    args: (main) => ['-e', 'stderr', '-c', main],
  },
  apache: {
    needs: ['apache2', apacheModule('xsendfile')],
    packages: 'apache2 libapache2-mod-xsendfile',
    write: apacheConfig,
    // It refuses to work as root.
    writeMain: ({ folder, included }) => `${isRoot ? 'User www-data\nGroup www-data\n' : ''}ServerName 127.0.0.1
ServerRoot "${folder}"
DocumentRoot "${folder}"
DefaultRuntimeDir "${folder}"
PidFile "${folder}/pid"
ErrorLog "${folder}/errors"
${APACHE_MODULES.map((name) => `LoadModule ${name}_module ${apacheModule(name)}`).join('\n')}
Include "${included}"
`,
    args: (main) => ['-DFOREGROUND', '-f', main],
  },
  lighttpd: {
    needs: ['lighttpd'],
    packages: 'lighttpd',
    write: lighttpdConfig,
    writeMain: ({ folder, included, port }) => `server.bind = "127.0.0.1"
server.port = ${port}
server.document-root = "${folder}"
server.upload-dirs = ( "${folder}" )
include "${included}"
`,
    args: (main) => ['-D', '-f', main],
  },
  caddy: {
    needs: ['caddy'],
    packages: 'caddy',
    write: caddyConfig,
    // Without a grace period it would wait for as long as the slowest download takes.
    writeMain: ({ included }) => `{
	admin off
	auto_https off
	grace_period 1s
	log {
		level WARN
	}
}
import "${included}"
`,
    args: (main) => ['run', '--adapter', 'caddyfile', '--config', main],
  },
}

/** Finds the program of a server. Throws with the command that installs it. */
export function programOf(name: ServerName): string {
  const { needs, packages } = SERVERS[name]
  const found = needs.map(find)
  if (found[0] !== undefined && !found.includes(undefined)) return found[0]
  const sudo = isRoot ? '' : 'sudo '
  throw new Error(`${name} is not installed. Install it: ${sudo}apt-get install --yes ${packages}`)
}

function find(needed: string): string | undefined {
  return candidates(needed).find((path) => {
    try {
      accessSync(path, needed.startsWith('/') ? constants.R_OK : constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function candidates(needed: string): string[] {
  if (needed.startsWith('/')) return [needed]
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  // Servers are in the sbin beside a bin, and only root has that in its PATH.
  return folders.flatMap((folder) => [join(folder, needed), join(folder.replace(/\bbin\/*$/, 'sbin'), needed)])
}
