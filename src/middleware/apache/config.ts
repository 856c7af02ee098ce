import type { DownloadConfig } from '../config.js'
import { locationsOf } from '../locations.js'
import { serverOf } from '../server.js'

/**
 * Writes a virtual host for Apache 2.4 with mod_xsendfile that does what the configuration says.
 *
 * @throws ConfigurationError when a rule does not say where the files are.
 */
export function apacheConfig(config: DownloadConfig): string {
  const { listen, serverNames, application } = serverOf(config)
  const [name = 'localhost', ...aliases] = serverNames
  const paths = locationsOf(config, 'apache').map(({ title, files }) => `    # ${title}\n    XSendFilePath "${files}/"`)
  return `# Written by "downloadview config apache" from the application's own rules.
# Change those and write it anew; check with "apachectl configtest", then with "downloadview doctor".
# Needs the modules proxy, proxy_http, headers and xsendfile: "a2enmod proxy proxy_http headers xsendfile".
Listen ${listen}
<VirtualHost *:${listen.replace(/^.*:/, '')}>
    ServerName ${name}
${aliases.map((alias) => `    ServerAlias ${alias}\n`).join('')}
    # What a browser claims about hand-over is never passed on.
    RequestHeader unset X-Sendfile-Type early
    RequestHeader unset X-Accel-Mapping early

    # The application decides about every request.
    ProxyPreserveHost On
    ProxyPass "/" "${application}/" nocanon
    AllowEncodedSlashes NoDecode

    # Apache sends a file when the application's reply names it, and only from these folders.
    XSendFile On
${paths.join('\n')}
    # mod_xsendfile 1.0 would decode the path, which is not encoded; before that, it cannot.
    <IfDirective XSendFileUnescape>
        XSendFileUnescape Off
    </IfDirective>
    # The application's own ETag stays: mod_xsendfile would give every file the same one.
    XSendFileIgnoreEtag Off
    XSendFileIgnoreLastModified Off
    FileETag None
</VirtualHost>
`
}
