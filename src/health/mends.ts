import { isRemote } from '../middleware/checks.js'
import type { BackendName } from '../middleware/config.js'
import type { CheckedRule } from './rule.js'

/** What to do about a fault of the proxy, in the words of its configuration. */
export interface Mends {
  /** It looks for the files in another place than they are. */
  alias(rule: CheckedRule): string
  /** It may not read them. */
  permission(rule: CheckedRule): string
  /** Clients reach them without the application. */
  open(rule: CheckedRule): string
  /** It does not do what the application tells it. */
  ignored(rule: CheckedRule): string
  /** It does not pass on headers of the application. */
  headers(rule: CheckedRule, names: readonly string[]): string
  /** It reads names in another way than they are written. */
  encoding(rule: CheckedRule): string
  /** It does not send ranges. */
  ranges(rule: CheckedRule): string
}

export function mendsFor(backend: BackendName | 'none'): Mends {
  return MENDS[backend]
}

const ANY: Mends = {
  alias: ({ location, files }) => `Make ${location ?? 'the header of the application'} lead to ${files}.`,
  permission: () => 'Let the user of the proxy read the files and enter each folder above them.',
  open: ({ location }) => `Close ${location} to clients.`,
  ignored: () =>
    'Make the proxy look for the header of the application. "downloadview config" writes its configuration.',
  headers: (_, names) => `Make the proxy pass on ${names.join(', ')}.`,
  encoding: () => 'Make the proxy take the header of the application as it is, neither encoded nor decoded once more.',
  ranges: () => 'Make the proxy serve ranges of these files.',
}

const NGINX: Mends = {
  alias: ({ location, files = '' }) =>
    isRemote(files)
      ? `In location ${location} set \`proxy_pass ${files}/;\`, with "/" at the end of both, and look whether the files are there.`
      : `In location ${location} set \`alias "${files}/";\`, with "/" at the end of both, then reload: nginx -t && nginx -s reload. nginx's error log names the path that it tried.`,
  permission: ({ files = '' }) =>
    isRemote(files)
      ? `Let the server of ${files} give its files to nginx.`
      : 'Let the user of the workers (`user` in nginx.conf, mostly www-data or nginx) read the files and enter each folder above them: add it to their group, or chmod. If they are readable, look for `deny` in the location, and for SELinux.',
  open: ({ location }) => `Put \`internal;\` into location ${location}, then reload: nginx -t && nginx -s reload.`,
  ignored: () => 'Remove `proxy_ignore_headers X-Accel-Redirect;` from the location that passes to the application.',
  headers: ({ location }, names) => {
    const kept = names.filter((name) => KEPT_BY_NGINX.includes(name))
    const dropped = names.filter((name) => !KEPT_BY_NGINX.includes(name))
    return [
      ...(kept.length === 0 ? [] : [`Look for \`proxy_hide_header\` and \`expires\` that change ${kept.join(', ')}.`]),
      ...(dropped.length === 0
        ? []
        : [`nginx drops ${dropped.join(', ')} when it takes over. ${addHeaders(location, dropped)}`]),
    ].join(' ')
  },
  encoding: ({ location }) =>
    `Keep location ${location} a plain prefix with \`alias\`: no regular expression, no \`rewrite\`, and no captured part or variable in \`alias\` or \`proxy_pass\`, which nginx does not encode anew.`,
  ranges: ({ location }) =>
    `Remove \`max_ranges\` from location ${location}, and filters that change the body, such as sub_filter.`,
}

/** All else it drops when it sends a file by itself. */
const KEPT_BY_NGINX = ['Content-Type', 'Content-Disposition', 'Cache-Control']

function addHeaders(location: string | undefined, names: readonly string[]): string {
  const lines = names.map(
    (name) => `\`add_header ${name} $upstream_http_${name.toLowerCase().replaceAll('-', '_')} always;\``,
  )
  return `In location ${location} add ${lines.join(', ')}. An \`add_header\` in a location cancels those outside it.`
}

const APACHE: Mends = {
  ...ANY,
  alias: ({ files }) =>
    `Add \`XSendFilePath "${files}"\` to the virtual host, as the folder that Apache sees, then reload: apachectl configtest && apachectl graceful. Its error log names the path that it tried.`,
  permission: () =>
    'Let the user of Apache (`User`, mostly www-data or apache) read the files and enter each folder above them: add it to their group, or chmod. If they are readable, look for `Require`, and for SELinux.',
  ignored: () => 'Enable mod_xsendfile (`a2enmod xsendfile`) and set `XSendFile On` in the virtual host.',
  headers: (_, names) => `Look for \`Header unset\` and \`Header set\` of ${names.join(', ')} in the virtual host.`,
  encoding: () =>
    'mod_xsendfile has to take the path as it is: remove `XSendFileUnescape On`, and rules of mod_headers that edit X-Sendfile.',
  ranges: () => 'Remove `MaxRanges none`, and output filters such as DEFLATE from what is downloaded.',
}

const LIGHTTPD: Mends = {
  ...ANY,
  alias: ({ files }) =>
    `Add "${files}/" to \`"x-sendfile-docroot"\` of proxy.server, as the folder that lighttpd sees, then restart it.`,
  permission: ({ files }) =>
    `Let the user of lighttpd (\`server.username\`, mostly www-data) read the files and enter each folder above them: add it to their group, or chmod. If they are readable, "${files}/" is missing in \`"x-sendfile-docroot"\`, or url.access-deny is in the way.`,
  ignored: () => 'Set `"x-sendfile" => "enable"` in proxy.server, for the host that the application runs on.',
  headers: (_, names) => `Look for setenv.set-response-header of ${names.join(', ')}.`,
  encoding: () =>
    'lighttpd 1.4.69 decodes the path once: update an older one, and remove what edits X-Sendfile on the way.',
  ranges: () => 'Remove `server.range-requests = "disable"`.',
}

const CADDY: Mends = {
  alias: ({ location, files }) =>
    `In handle_response set \`root * "${files}"\` and \`uri strip_prefix ${location?.replace(/\/$/, '')}\`, then: caddy validate && caddy reload.`,
  permission: () =>
    'Let the user of Caddy (mostly caddy) read the files and enter each folder above them: add it to their group, or chmod.',
  open: ({ location }) =>
    `Remove the \`handle\`, \`route\` or \`file_server\` that serves ${location} to clients: handle_response alone may.`,
  ignored: () =>
    'Put a handle_response block into reverse_proxy that looks for the header X-Accel-Redirect; "downloadview config caddy" writes it.',
  headers: (_, names) =>
    `Put \`copy_response_headers\` into handle_response, with no \`include\` that leaves ${names.join(', ')} out, and look for \`header\` directives that remove or set them.`,
  encoding: () =>
    'In handle_response use `rewrite * {rp.header.X-Accel-Redirect}` as it is: Caddy takes the path undecoded, so nothing may encode or decode it on the way.',
  ranges: () => 'Remove `encode` and what else changes the body from what is downloaded.',
}

const MENDS: Readonly<Record<BackendName | 'none', Mends>> = {
  nginx: NGINX,
  apache: APACHE,
  lighttpd: LIGHTTPD,
  caddy: CADDY,
  litespeed: ANY,
  none: ANY,
}
