import { ConfigurationError } from '../../errors.js'
import { isRemote } from '../checks.js'
import type { DownloadConfig } from '../config.js'
import { type AddressedLocation, addressesOf } from '../locations.js'
import { serverOf } from '../server.js'

/**
 * Writes a site block for Caddy 2 that does what the configuration says. Import it from the Caddyfile.
 *
 * @throws ConfigurationError when a rule does not say where the files are.
 */
export function caddyConfig(config: DownloadConfig): string {
  const { listen, serverNames, application } = serverOf(config)
  const [, bind, port] = /^(?:(.+):)?(\d+)$/.exec(listen) as RegExpExecArray
  const names = serverNames.length > 0 ? serverNames : ['']
  return `# Written by "downloadview config caddy" from the application's own rules.
# Change those and write it anew; check with "caddy validate", then with "downloadview doctor".
${names.map((name) => `http://${name}:${port}`).join(', ')} {
${bind === undefined ? '' : `\tbind ${bind}\n`}	# The application decides about every request.
	reverse_proxy ${application} {
		# What a browser claims about hand-over is never passed on.
		header_up -X-Sendfile-Type
		header_up -X-Accel-Mapping
${addressesOf(config, 'caddy').map(location).join('')}	}
}
`
}

function location({ title, position, path, files }: AddressedLocation<'caddy'>): string {
  if (isRemote(files)) {
    throw new ConfigurationError(
      `rule ${position}: Caddy is only told to send files of a folder, not of "${files}". Set \`files\` to a folder.`,
    )
  }
  return `
		# ${title}
		@rule${position} {
			status 200
			header X-Accel-Redirect ${path}*
		}
		handle_response @rule${position} {
			root * "${files}/"
			rewrite * {rp.header.X-Accel-Redirect}
			uri strip_prefix ${path.slice(0, -1)}
			# The file server answers nothing but GET and HEAD.
			@other${position} not method GET HEAD
			method @other${position} GET
			# All but what is about the application's own reply, or about the bytes themselves.
			copy_response_headers {
				exclude X-Accel-Redirect Content-Length ETag Last-Modified Connection Keep-Alive Transfer-Encoding
			}
			file_server {
				# The address that was asked for is not that of the file: it may end with a "/".
				disable_canonical_uris
			}
		}
`
}
