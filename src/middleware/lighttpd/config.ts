import { ConfigurationError } from '../../errors.js'
import type { DownloadConfig } from '../config.js'
import { locationsOf } from '../locations.js'
import { serverOf } from '../server.js'

/**
 * Writes a configuration for lighttpd 1.4 that does what the configuration says. Include it from `lighttpd.conf`.
 *
 * @throws ConfigurationError when a rule does not say where the files are.
 */
export function lighttpdConfig(config: DownloadConfig): string {
  const { listen, serverNames, application } = serverOf(config)
  const { hostname, port } = addressOf(application)
  const folders = locationsOf(config, 'lighttpd').map(
    ({ title, files }) => `            # ${title}\n            "${files}/",`,
  )
  const socket = /^\d+$/.test(listen) ? `:${listen}` : listen
  return `# Written by "downloadview config lighttpd" from the application's own rules.
# Change those and write it anew; check with "lighttpd -tt -f FILE", then with "downloadview doctor".
server.modules += ( "mod_setenv", "mod_proxy" )

# For ${serverNames.join(' ') || 'any name'}
$SERVER["socket"] == "${socket}" {
    # What a browser claims about hand-over is never passed on: an empty value removes the header.
    setenv.set-request-header = ( "X-Sendfile-Type" => "", "X-Accel-Mapping" => "" )

    # What the application streams is passed on as it comes; by default all of it would be gathered first.
    server.stream-response-body = 1

    # The application decides about every request.
    proxy.server = ( "" => ((
        "host" => "${hostname}",
        "port" => ${port},
        # lighttpd sends a file when the application's reply names it in X-Sendfile, and only from these folders.
        "x-sendfile" => "enable",
        "x-sendfile-docroot" => (
${folders.join('\n')}
        )
    )) )
}
`
}

function addressOf(application: string): { hostname: string; port: number } {
  const { protocol, hostname, port } = new URL(application)
  if (protocol !== 'http:')
    throw new ConfigurationError(`server.application must begin with http:// for lighttpd, got "${application}".`)
  return { hostname: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) }
}
