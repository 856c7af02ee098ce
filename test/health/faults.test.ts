import assert from 'node:assert/strict'
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  type FaultCode,
  type GuiltyPart,
  type HealthCheckResult,
  type HealthReport,
  writeCanaries,
} from '../../src/health/index.js'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { type ProxyServer, proxies } from '../proxies/servers.js'
import { type Deployed, type DeployOptions, replaced, ruleFor, withDeployment } from './deployment.js'

const { nginx, apache, lighttpd, caddy } = proxies

/** A deployment with one thing wrong, and what the checks have to say of it. */
interface Fault extends DeployOptions {
  /** Breaks what can only be broken once everything runs. */
  readonly later?: (site: Deployed) => void | Promise<void>
  readonly code: FaultCode
  readonly guilty: GuiltyPart
  /** What the mend speaks of. */
  readonly mend: RegExp
}

function isFound(name: string, { later, code, guilty, mend, ...options }: Fault): void {
  test(name, async () => {
    await withDeployment(options, async (site) => {
      await later?.(site)
      const report = await site.check()
      assert.equal(report.ok, false)
      const fault = report.checks.find(({ ok }) => !ok) as HealthCheckResult
      assert.deepEqual({ code: fault.code, guilty: fault.guilty }, { code, guilty }, JSON.stringify(report, null, 2))
      assert.match(fault.mend ?? '', mend)
      assert.equal(of(report, guilty)?.ok ?? false, false, `The check of the ${guilty} says that all is well.`)
    })
  })
}

function of({ checks }: HealthReport, name: string): HealthCheckResult | undefined {
  return checks.find((check) => check.name === name)
}

describe('a proxy that looks in another folder', () => {
  isFound('nginx with a wrong alias', {
    edit: (text, folder) => replaced(text, `alias "${folder}/files/"`, `alias "${folder}/"`),
    code: 'wrong-alias',
    guilty: 'proxy',
    mend: /alias ".*\/files\/"/,
  })
  isFound('Apache without the XSendFilePath', {
    proxy: apache,
    edit: (text, folder) => replaced(text, `XSendFilePath "${folder}/files/"`, 'XSendFilePath "/usr/share"'),
    code: 'wrong-alias',
    guilty: 'proxy',
    mend: /XSendFilePath ".*\/files"/,
  })
  isFound('lighttpd without the docroot', {
    proxy: lighttpd,
    edit: (text, folder) => replaced(text, `"${folder}/files/"`, '"/usr/share/"'),
    code: 'wrong-alias',
    guilty: 'proxy',
    mend: /x-sendfile-docroot/,
  })
  isFound('Caddy with a wrong root', {
    proxy: caddy,
    edit: (text, folder) => replaced(text, `root * "${folder}/files/"`, `root * "${folder}/"`),
    code: 'wrong-alias',
    guilty: 'proxy',
    mend: /root \* ".*\/files"/,
  })
  isFound('nginx with an old copy of the files', {
    edit: (text, folder) => replaced(text, `alias "${folder}/files/"`, `alias "${folder}/old/"`),
    later: ({ path }) => {
      cpSync(path('files'), path('old'), { recursive: true })
      writeFileSync(path('old/downloadview-canary/rule-1/canary.txt'), 'Another file.\n')
    },
    code: 'wrong-bytes',
    guilty: 'proxy',
    mend: /alias/,
  })
})

describe('a proxy that may not read the files', () => {
  for (const proxy of [nginx, apache, unprivileged(lighttpd)]) {
    isFound(`${proxy.name}, when only the owner may enter the folder`, {
      proxy,
      later: closeFolder,
      // Whoever is not root runs the proxy as the user of the files, and locks both out.
      ...(isRoot() ? { code: 'permission-denied', guilty: 'proxy' } : { code: 'files-unreadable', guilty: 'files' }),
      mend: /user/,
    })
  }
})

describe('a proxy that shows the files to anybody', () => {
  isFound('nginx without internal', {
    edit: (text) => replaced(text, 'internal;', ''),
    code: 'location-open',
    guilty: 'proxy',
    mend: /internal;/,
  })
  isFound('Caddy with a file server at the location', {
    proxy: caddy,
    edit: (text, folder) =>
      replaced(
        text,
        '\treverse_proxy',
        `\thandle_path /protected/files/* {\n\t\troot * "${folder}/files"\n\t\tfile_server\n\t}\n\treverse_proxy`,
      ),
    code: 'location-open',
    guilty: 'proxy',
    mend: /handle_response alone/,
  })
  test('the whole chain is healthy all the same, so that only the check of the proxy fails', async () => {
    await withDeployment({ edit: (text) => replaced(text, 'internal;', '') }, async (site) => {
      const report = await site.check()
      assert.deepEqual(
        report.checks.map(({ name, code }) => `${name} ${code}`),
        ['chain ok', 'proxy location-open'],
      )
    })
  })
})

describe('a proxy that loses something', () => {
  isFound('nginx without one of the headers that it drops', {
    edit: (text) => replaced(text, /add_header (Vary|Content-Security-Policy) .*/g, ''),
    code: 'header-dropped',
    guilty: 'proxy',
    mend: /`add_header Content-Security-Policy \$upstream_http_content_security_policy always;`, `add_header Vary /,
  })
  isFound('Apache with a header of its own', {
    proxy: apache,
    edit: (text) =>
      replaced(
        text,
        'XSendFile On',
        'XSendFile On\nHeader always unset X-Content-Type-Options\nHeader unset X-Content-Type-Options',
      ),
    code: 'header-dropped',
    guilty: 'proxy',
    mend: /X-Content-Type-Options/,
  })
  isFound('Caddy that does not copy the headers', {
    proxy: caddy,
    edit: (text) =>
      replaced(
        text,
        /copy_response_headers \{[^}]*\}/g,
        'copy_response_headers {\n include Content-Disposition Content-Type\n}',
      ),
    code: 'header-dropped',
    guilty: 'proxy',
    mend: /copy_response_headers/,
  })
  isFound('nginx without ranges', {
    edit: (text) => replaced(text, 'internal;', 'internal;\nmax_ranges 0;'),
    code: 'ranges-broken',
    guilty: 'proxy',
    mend: /max_ranges/,
  })
})

describe('a proxy that reads names in another way', () => {
  isFound('nginx with a regular expression and what it captured', {
    edit: (text, folder) =>
      `${replaced(text, /location \/protected\/files\/ \{/g, 'location ~ ^/protected/files/(.*)$ {').replace(
        /alias "[^"]*";/,
        `proxy_pass http://unix:${folder}/static.sock:/$1;`,
      )}
server {
  listen unix:${folder}/static.sock;
  root "${folder}/files";
}`,
    code: 'encoding-mismatch',
    guilty: 'proxy',
    mend: /no regular expression/,
  })
})

describe('a proxy that does not do what the application tells it', () => {
  isFound('nginx that ignores the header', {
    edit: (text) => replaced(text, 'proxy_ignore_headers X-Accel-Charset', 'proxy_ignore_headers X-Accel-Redirect'),
    code: 'hand-over-ignored',
    guilty: 'proxy',
    mend: /proxy_ignore_headers/,
  })
  isFound('Apache with mod_xsendfile off', {
    proxy: apache,
    edit: (text) => replaced(text, 'XSendFile On', 'XSendFile Off'),
    code: 'hand-over-ignored',
    guilty: 'proxy',
    mend: /XSendFile On/,
  })
  isFound('lighttpd with x-sendfile off', {
    proxy: lighttpd,
    edit: (text) => replaced(text, '"x-sendfile" => "enable"', '"x-sendfile" => "disable"'),
    code: 'hand-over-ignored',
    guilty: 'proxy',
    mend: /"x-sendfile" => "enable"/,
  })
  isFound('Caddy that looks for nothing', {
    proxy: caddy,
    edit: (text) => replaced(text, 'header X-Accel-Redirect /', 'header X-Accel-Redirect /nowhere/'),
    code: 'hand-over-ignored',
    guilty: 'proxy',
    mend: /handle_response/,
  })
})

describe('an application that does not hand over', () => {
  isFound('it runs with backend none', {
    application: () => ({ backend: 'none' }),
    code: 'not-handed-over',
    guilty: 'application',
    mend: /SmartDownloadMiddleware/,
  })
  isFound('its adapter has no middleware', {
    canaries: () => ({ middleware: false }),
    code: 'not-handed-over',
    guilty: 'application',
    mend: /middleware: new SmartDownloadMiddleware\(config\)/,
  })
  isFound('no rule fits its files', {
    rules: (folder) => [{ sourceUrl: '/media/', destinationUrl: '/protected/media/', files: join(folder, 'files') }],
    canaries: (folder) => ({
      storages: { 1: new FileSystemStorage({ root: join(folder, 'files'), baseUrl: '/files/' }) },
    }),
    code: 'rule-mismatch',
    guilty: 'configuration',
    mend: /source of the rule/,
  })
  isFound('it runs with another configuration', {
    application: (folder) => ({ rules: [{ sourceDir: join(folder, 'files'), destinationUrl: '/protected/old/' }] }),
    code: 'hand-over-differs',
    guilty: 'configuration',
    mend: /Restart the application/,
  })
  isFound('it looks for the files in another folder', {
    application: (folder) => ({ rules: [{ sourceDir: join(folder, 'old'), destinationUrl: '/protected/files/' }] }),
    code: 'canary-missing',
    guilty: 'application',
    mend: /Restart the application/,
  })
  isFound('it knows fewer rules', {
    rules: (folder) => [ruleFor(nginx, join(folder, 'other'), 'other'), ruleFor(nginx, join(folder, 'files'))],
    application: (folder) => ({ rules: [{ sourceDir: join(folder, 'other'), destinationUrl: '/protected/other/' }] }),
    write: false,
    later: async ({ path, config }) => {
      mkdirSync(path('other'))
      await writeCanaries(config)
    },
    code: 'hand-over-differs',
    guilty: 'configuration',
    mend: /Restart the application/,
  })
  test('the explanation of each rule is in the message', async () => {
    const rules = (folder: string) => [
      { sourceUrl: '/media/', destinationUrl: '/protected/media/', files: join(folder, 'files') },
    ]
    const canaries = (folder: string) => ({
      storages: { 1: new FileSystemStorage({ root: join(folder, 'files'), baseUrl: '/files/' }) },
    })
    await withDeployment({ rules, canaries }, async (site) => {
      const { checks } = await site.check()
      assert.match(
        checks[0]?.message ?? '',
        /rule 1 \(nginx\): its url "\/files\/.*" is not below sourceUrl "\/media\/"/,
      )
    })
  })
  test('the configuration of the checks says none itself', async () => {
    await withDeployment({ application: () => ({ backend: 'none' }) }, async (site) => {
      const { checks } = await site.check({ config: { ...site.config, backend: 'none' } })
      assert.deepEqual([checks[0]?.code, checks[0]?.guilty], ['backend-none', 'configuration'])
    })
  })
  test('a rule that is never asked is found by all checks', async () => {
    const rules = (folder: string) => [ruleFor(nginx, folder, 'all'), ruleFor(nginx, join(folder, 'files'))]
    await withDeployment({ rules }, async (site) => {
      assert.equal((await site.check()).ok, true)
      const shadowed = (await site.check({ all: true })).checks.filter(({ ok }) => !ok)
      assert.deepEqual(
        shadowed.map(({ name, rule, code, guilty }) => ({ name, rule, code, guilty })),
        [{ name: 'application', rule: 2, code: 'rule-shadowed', guilty: 'configuration' }],
      )
    })
  })
})

describe('an application that does not answer as it should', () => {
  for (const proxy of [nginx, apache, lighttpd, caddy]) {
    isFound(`it is down, behind ${proxy.name}`, {
      proxy,
      later: (site) => site.stopApplication(),
      code: 'application-down',
      guilty: 'application',
      mend: /Start the application/,
    })
  }
  isFound('the handler of the canaries is not mounted', {
    before: (app) => void app.get('/-/*path', (_req, res) => void res.status(404).end()),
    code: 'canary-not-mounted',
    guilty: 'application',
    mend: /createCanaryHandler/,
  })
  isFound('a page for every address answers in place of the canaries', {
    before: (app) => void app.get('/-/*path', (_req, res) => void res.send('<h1>Welcome</h1>')),
    code: 'canary-not-mounted',
    guilty: 'application',
    mend: /createCanaryHandler/,
  })
  isFound('it asks for a login first', {
    before: (app) => void app.use('/-', (_req, res) => void res.redirect('/login')),
    code: 'canary-refused',
    guilty: 'application',
    mend: /before what asks for a login/,
  })
  isFound('it fails', {
    before: (app) => void app.get('/-/*path', (_req, res) => void res.status(500).end()),
    code: 'application-error',
    guilty: 'application',
    mend: /log/,
  })
  isFound('it loses a header by itself', {
    before: (app) =>
      void app.use((_req, res, next) => {
        const { writeHead } = res
        res.writeHead = ((status: number) => {
          res.removeHeader('Content-Security-Policy')
          return writeHead.call(res, status)
        }) as typeof writeHead
        next()
      }),
    code: 'header-dropped',
    guilty: 'application',
    mend: /middleware of the application/,
  })
})

describe('servers that do not find each other', () => {
  isFound('the proxy is down', {
    later: (site) => site.stopProxy(),
    code: 'proxy-down',
    guilty: 'proxy',
    mend: /Start it/,
  })
  test('the name of the proxy leads nowhere', async () => {
    await withDeployment({}, async (site) => {
      const { checks } = await site.check({ publicUrl: 'http://no-such-host.invalid' })
      assert.deepEqual([checks[0]?.code, checks[0]?.guilty], ['proxy-down', 'network'])
    })
  })
  test('the address of the proxy speaks no TLS', async () => {
    await withDeployment({}, async (site) => {
      const { checks } = await site.check({ publicUrl: site.publicUrl.replace('http:', 'https:') })
      assert.deepEqual([checks[0]?.code, checks[0]?.guilty], ['proxy-down', 'network'])
    })
  })
  isFound('nginx asks for the application at a wrong port', {
    edit: (text) =>
      replaced(text, /location \/ \{/g, 'location /-/ {\nproxy_pass http://127.0.0.1:1;\n}\nlocation / {'),
    code: 'upstream-wrong',
    guilty: 'proxy',
    mend: /address of the application in the configuration of the proxy/,
  })
  isFound('nginx has another site for the name', {
    edit: (text) =>
      replaced(text, /location \/ \{/g, 'location /-/ {\nreturn 200 "Welcome to nginx!";\n}\nlocation / {'),
    code: 'upstream-wrong',
    guilty: 'proxy',
    mend: /site for the name localhost/,
  })
  isFound('nginx asks another application', {
    edit: (text) => replaced(text, /location \/ \{/g, 'location /-/ {\nreturn 404;\n}\nlocation / {'),
    code: 'upstream-wrong',
    guilty: 'proxy',
    mend: /site for the name localhost/,
  })
  isFound('nginx lets nobody in', {
    edit: (text) => replaced(text, /location \/ \{/g, 'location /-/ {\ndeny all;\n}\nlocation / {'),
    code: 'proxy-error',
    guilty: 'proxy',
    mend: /login/,
  })
  isFound('nginx asks for a password', {
    edit: (text) => replaced(text, /location \/ \{/g, 'location /-/ {\nreturn 401;\n}\nlocation / {'),
    code: 'proxy-error',
    guilty: 'proxy',
    mend: /login/,
  })
  test('the application is down by an address that is only wrong here', async () => {
    const edit = (text: string, folder: string) => replaced(text, `XSendFilePath "${folder}/files/"`, '')
    await withDeployment({ proxy: apache, edit }, async (site) => {
      const report = await site.check({ applicationUrl: 'http://127.0.0.1:1' })
      assert.deepEqual(
        report.checks.map(({ name, code }) => `${name} ${code}`),
        ['chain wrong-alias', 'proxy wrong-alias', 'application application-down', 'files ok'],
      )
      assert.match(report.checks[0]?.message ?? '', /the application could not be asked at http:\/\/127\.0\.0\.1:1\//)
    })
  })
  test('the address of the application leads to the proxy', async () => {
    await withDeployment({}, async (site) => {
      const { checks } = await site.check({ all: true, applicationUrl: site.publicUrl })
      const application = checks.find(({ name }) => name === 'application')
      assert.deepEqual([application?.code, application?.guilty], ['not-handed-over', 'configuration'])
    })
  })
})

describe('files that are not there', () => {
  isFound('nobody has written the canaries', {
    write: false,
    code: 'canary-missing',
    guilty: 'files',
    mend: /writeCanaries\(config\)/,
  })
  isFound('one of the canaries is gone', {
    later: ({ path }) => rmSync(path('files/downloadview-canary/rule-1/canary é 100%25 a+b #1.txt')),
    code: 'canary-missing',
    guilty: 'files',
    mend: /writeCanaries\(config\)/,
  })
  isFound('the folder of the rule is gone', {
    later: ({ path }) => rmSync(path('files'), { recursive: true }),
    code: 'folder-missing',
    guilty: 'files',
    mend: /sourceDir/,
  })
  isFound('a canary has other bytes', {
    later: ({ path }) => writeFileSync(path('files/downloadview-canary/rule-1/canary.txt'), 'x'.repeat(4096)),
    code: 'wrong-bytes',
    guilty: 'files',
    mend: /Remove it/,
  })
  test('who may write below the folder cannot publish another file by it', async () => {
    await withDeployment({}, async (site) => {
      writeFileSync(site.path('files/downloadview-canary/rule-1/canary.txt'), 'a secret')
      for (const origin of [site.publicUrl, site.applicationUrl]) {
        const reply = await fetch(`${origin}/-/downloadview/1/plain`)
        assert.deepEqual([reply.status, await reply.text()], [404, ''])
      }
    })
  })
  test('where only the application sees other bytes, its word counts', async () => {
    const application = (folder: string) => ({
      rules: [{ sourceDir: join(folder, 'old'), destinationUrl: '/protected/files/' }],
    })
    await withDeployment({ application }, async (site) => {
      cpSync(site.path('files'), site.path('old'), { recursive: true })
      writeFileSync(site.path('old/downloadview-canary/rule-1/canary.txt'), 'of another version')
      const report = await site.check()
      assert.deepEqual(
        report.checks.map(({ name, code, guilty }) => `${name} ${code} ${guilty}`),
        ['chain', 'proxy', 'application', 'files'].map((name) => {
          return name === 'proxy' ? 'proxy ok undefined' : `${name} wrong-bytes files`
        }),
      )
    })
  })
  isFound('a folder is in the place of a canary', {
    later: ({ path }) => {
      rmSync(path('files/downloadview-canary/rule-1/canary.txt'))
      mkdirSync(path('files/downloadview-canary/rule-1/canary.txt'))
    },
    code: 'canary-missing',
    guilty: 'files',
    mend: /writeCanaries\(config\)/,
  })
  isFound('the handler has no storage for a rule without a folder', {
    rules: (folder) => [{ sourceUrl: '/media/', destinationUrl: '/protected/media/', files: join(folder, 'files') }],
    code: 'canary-missing',
    guilty: 'application',
    mend: /storages: \{ 1: … \}/,
  })
})

function closeFolder({ path }: Deployed): void {
  chmodSync(path('files/downloadview-canary'), isRoot() ? 0o700 : 0)
}

/** With the user that distributions give it, who may not write the error log: that goes to standard error then. */
function unprivileged(proxy: ProxyServer): ProxyServer {
  if (!isRoot()) return proxy
  const user = 'server.username = "www-data"\nserver.groupname = "www-data"\n'
  return { ...proxy, writeMain: (...parts) => replaced(proxy.writeMain(...parts), /server\.errorlog.*\n/g, user) }
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}
