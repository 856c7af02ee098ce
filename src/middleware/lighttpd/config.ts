import { ConfigurationError } from '../../errors.js'
import type { DownloadConfig } from '../config.js'
import { locationsOf, serverOf } from '../locations.js'

/**
 * Writes a configuration for lighttpd 1.4 that does what the configuration says. Include it from `lighttpd.conf`.
 *
 * @throws ConfigurationError when a rule does not say where the files are.
 */
export function lighttpdConfig(config: DownloadConfig): string {
  const { listen, serverName, application } = serverOf(config)
  const { hostname, port } = addressOf(application)
  const folders = locationsOf(config, 'lighttpd').map(({ rule, position, files }) => {
    return `            # Rule ${position}: files below ${rule.sourceUrl ?? rule.sourceDir}\n            "${files}/",`
  })
  const socket = /^\d+$/.test(listen) ? `:${listen}` : listen
  return `# Written by "downloadview config lighttpd" from the application's own rules.
# Change those and write it anew; check with "lighttpd -tt -f FILE", then with "downloadview doctor".
server.modules += ( "mod_proxy" )

# For ${serverName}
$SERVER["socket"] == "${socket}" {
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
  return { hostname, port: Number(port || 80) }
}
