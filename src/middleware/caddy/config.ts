import type { DownloadConfig } from '../config.js'
import { assertQuotable, locationsOf, type ServerLocation, serverOf } from '../locations.js'

/**
 * Writes a site block for Caddy 2 that does what the configuration says. Import it from the Caddyfile.
 *
 * @throws ConfigurationError when a rule does not say where the files are.
 */
export function caddyConfig(config: DownloadConfig): string {
  const { listen, serverName, application } = serverOf(config)
  const [bind, port] = /^\d+$/.test(listen) ? [undefined, listen] : splitAddress(listen)
  return `# Written by "downloadview config caddy" from the application's own rules.
# Change those and write it anew; check with "caddy validate", then with "downloadview doctor".
http://${serverName}:${port} {
${bind === undefined ? '' : `\tbind ${bind}\n`}	# The application decides about every request.
	reverse_proxy ${application} {
		# What a browser claims about hand-over is never passed on.
		header_up -X-Sendfile-Type
		header_up -X-Accel-Mapping
${locationsOf(config, 'caddy').map(location).join('')}	}
}
`
}

function location({ rule, position, files }: ServerLocation<'caddy'>): string {
  const prefix = assertQuotable(rule.destinationUrl.replace(/\/+$/, ''), `rule ${position}: destinationUrl`)
  return `
		# Rule ${position}: files below ${rule.sourceUrl ?? rule.sourceDir}
		@rule${position} {
			status 200
			header X-Accel-Redirect ${prefix}/*
		}
		handle_response @rule${position} {
			root * "${files}"
			rewrite * {rp.header.X-Accel-Redirect}
			uri strip_prefix ${prefix}
			# The file server answers nothing but GET and HEAD.
			@other not method GET HEAD
			method @other GET
			copy_response_headers {
				exclude X-Accel-Redirect Content-Length ETag Last-Modified
			}
			file_server
		}
`
}

function splitAddress(listen: string): [address: string, port: string] {
  const colon = listen.lastIndexOf(':')
  return [listen.slice(0, colon), listen.slice(colon + 1)]
}
