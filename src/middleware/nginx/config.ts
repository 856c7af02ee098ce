import type { DownloadConfig } from '../config.js'
import { assertQuotable, locationsOf, type ServerLocation, serverOf } from '../locations.js'

/**
 * Writes a `server` block for nginx that does what the configuration says. Include it from the `http` block.
 *
 * @throws ConfigurationError when a rule does not say where the files are.
 */
export function nginxConfig(config: DownloadConfig): string {
  const { listen, serverName, application } = serverOf(config)
  return `# Written by "downloadview config nginx" from the application's own rules.
# Change those and write it anew; check with "nginx -t", then with "downloadview doctor".
server {
    listen ${listen};
    server_name ${serverName};

    # The application decides about every request.
    location / {
        proxy_pass ${application};
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        # What a browser claims about hand-over is never passed on: an empty value removes the header.
        proxy_set_header X-Sendfile-Type "";
        proxy_set_header X-Accel-Mapping "";
    }
${locationsOf(config, 'nginx').map(location).join('')}}
`
}

/**
 * Headers that nginx drops from the application's reply when it sends the file itself. It keeps Content-Type,
 * Content-Disposition, Set-Cookie, Cache-Control, Expires and Accept-Ranges; ETag and Last-Modified it makes anew.
 */
const DROPPED_HEADERS = [
  'Access-Control-Allow-Credentials',
  'Access-Control-Allow-Origin',
  'Access-Control-Expose-Headers',
  'Content-Language',
  'Content-Security-Policy',
  'Cross-Origin-Embedder-Policy',
  'Cross-Origin-Opener-Policy',
  'Cross-Origin-Resource-Policy',
  'Link',
  'Permissions-Policy',
  'Referrer-Policy',
  'Repr-Digest',
  'Strict-Transport-Security',
  'Vary',
  'X-Content-Type-Options',
  'X-Frame-Options',
  'X-Robots-Tag',
]

function location({ rule, position, files }: ServerLocation<'nginx'>): string {
  const path = `${assertQuotable(rule.destinationUrl.replace(/\/+$/, ''), `rule ${position}: destinationUrl`)}/`
  return `
    # Rule ${position}: files below ${rule.sourceUrl ?? rule.sourceDir}
    location "${path}" {
        # Only a redirect from the application leads here; a request from outside is a 404.
        internal;
        ${/^https?:\/\//.test(files) ? remote(files) : `alias "${files}/";`}
        # nginx drops these from the application's reply; a header that was not there is not added.
${DROPPED_HEADERS.map(readd).join('\n')}
    }
`
}

function remote(address: string): string {
  return `proxy_pass ${address}/;
        proxy_set_header Host $proxy_host;
        # The user's own secrets are no business of the other server, and its headers are none of ours.
        proxy_set_header Authorization "";
        proxy_set_header Cookie "";
        proxy_hide_header Content-Disposition;
        proxy_hide_header Set-Cookie;`
}

function readd(name: string): string {
  return `        add_header ${name} $upstream_http_${name.toLowerCase().replaceAll('-', '_')} always;`
}
