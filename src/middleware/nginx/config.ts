import { isRemote } from '../checks.js'
import type { DownloadConfig } from '../config.js'
import { type AddressedLocation, addressesOf } from '../locations.js'
import { serverOf } from '../server.js'
import { presignedPass, presignedUpstream } from './presigned.js'
import { STORAGE_HEADERS } from './storage-headers.js'

/**
 * Writes a `server` block for nginx that does what the configuration says. Include it from the `http` block.
 *
 * @throws ConfigurationError when a rule does not say where the files are.
 */
export function nginxConfig(config: DownloadConfig): string {
  const { listen, serverNames, application, headers } = serverOf(config)
  const dropped = [...DROPPED_HEADERS, ...headers.filter((name) => !isListed(name))]
  const locations = addressesOf(config, 'nginx')
  return `# Written by "downloadview config nginx" from the application's own rules.
# Change those and write it anew; check with "nginx -t", then with "downloadview doctor".
${locations.map(upstream).join('')}server {
    listen ${listen};
    server_name ${serverNames.join(' ') || 'localhost'};

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
        # Content-Type tells the charset. Told twice, nginx logs an error for each charset that it has no table of.
        proxy_ignore_headers X-Accel-Charset;
        # What the application streams itself is never gathered on the disk: a slow client slows the source down instead.
        proxy_max_temp_file_size 0;
    }
${locations.map((each) => location(each, dropped)).join('')}${locations.some(({ files }) => isRemote(files)) ? FAILURES : ''}}
`
}

/** What is said in place of another server's own pages, as the application says it. */
const FAILURES = `
    # What another server says of its errors is not for clients: it may name keys and buckets.
    location @downloadview_missing {
        return 404;
    }

    location @downloadview_failed {
        return 502;
    }
`

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
  'Content-Security-Policy-Report-Only',
  'Cross-Origin-Embedder-Policy',
  'Cross-Origin-Opener-Policy',
  'Cross-Origin-Resource-Policy',
  'Link',
  'Origin-Agent-Cluster',
  'Permissions-Policy',
  'Referrer-Policy',
  'Repr-Digest',
  'Server-Timing',
  'Strict-Transport-Security',
  'Timing-Allow-Origin',
  'Vary',
  'X-Content-Type-Options',
  'X-DNS-Prefetch-Control',
  'X-Download-Options',
  'X-Frame-Options',
  'X-Permitted-Cross-Domain-Policies',
  'X-Request-Id',
  'X-Robots-Tag',
  'X-XSS-Protection',
]

/** What nginx keeps of the application's reply, and would take from another server in its place. */
const KEPT_HEADERS = ['Cache-Control', 'Content-Disposition', 'Content-Type', 'Expires', 'Set-Cookie']

function upstream({ rule, files, position }: AddressedLocation<'nginx'>): string {
  return rule.presigned ? presignedUpstream(files, position) : ''
}

function location(to: AddressedLocation<'nginx'>, dropped: readonly string[]): string {
  const { title, path, files } = to
  const directives = isRemote(files) ? remote(to, dropped) : local(files, dropped)
  return `
    # ${title}
    location ${path} {
        # Only a redirect from the application leads here; a request from outside is a 404.
        internal;
${directives.map((line) => `        ${line}`).join('\n')}
    }
`
}

function local(folder: string, dropped: readonly string[]): string[] {
  return [
    `alias "${folder}/";`,
    "# nginx drops these from the application's reply; a header that was not there is not added.",
    ...dropped.map((name) => `add_header ${name} ${received(name)} always;`),
  ]
}

function remote({ rule, files, position }: AddressedLocation<'nginx'>, dropped: readonly string[]): string[] {
  return [
    "# The application's headers, read now: once the other server has answered, its own would be meant.",
    ...dropped.map((name, index) => `set ${saved(index)} ${received(name)};`),
    ...dropped.map((name, index) => `add_header ${name} ${saved(index)} always;`),
    ...hiding([...dropped, ...KEPT_HEADERS, ...STORAGE_HEADERS]),
    '# The answer to several ranges has a type of its own, which is hidden: the whole is asked for instead.',
    'set $downloadview_asked_range $http_range;',
    'if ($http_range ~ ",") {',
    '    set $downloadview_asked_range "";',
    '}',
    'proxy_set_header Range $downloadview_asked_range;',
    ...(rule.presigned
      ? presignedPass(files, position)
      : [`proxy_pass ${files}/;`, 'proxy_set_header Host $proxy_host;']),
    'proxy_http_version 1.1;',
    'proxy_ssl_server_name on;',
    'proxy_set_header Connection "";',
    'proxy_set_header Accept-Encoding "";',
    "# The user's own secrets are no business of the other server, and it has no say about other files.",
    'proxy_set_header Authorization "";',
    'proxy_set_header Cookie "";',
    'proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Buffering X-Accel-Charset;',
    'proxy_intercept_errors on;',
    'error_page 404 410 = @downloadview_missing;',
    'error_page 301 302 303 307 308 400 401 403 405 429 500 501 502 503 504 = @downloadview_failed;',
  ]
}

/** What nginx reserves for the names of hidden headers is too little for so many, and for the longest of them. */
function hiding(names: readonly string[]): string[] {
  const longest = Math.max(...names.map(({ length }) => length))
  return [
    'proxy_headers_hash_max_size 2048;',
    `proxy_headers_hash_bucket_size ${64 * Math.ceil((longest + 32) / 64)};`,
    ...names.map((name) => `proxy_hide_header ${name};`),
  ]
}

/** The header as the last server that was asked has sent it. */
function received(name: string): string {
  return `$upstream_http_${name.toLowerCase().replaceAll('-', '_')}`
}

/** Not named after the header: nginx takes no longer names than about 40 characters without being told to. */
function saved(index: number): string {
  return `$downloadview_header_${index + 1}`
}

function isListed(name: string): boolean {
  return [...DROPPED_HEADERS, ...KEPT_HEADERS].some((each) => each.toLowerCase() === name.toLowerCase())
}
