import { doors } from './doors.js'

/** The pages in the order in which somebody needs them: from the first download to the last detail. */
export function sidebar(): SidebarGroup[] {
  return [
    group('Start', [
      ['Overview', '/overview'],
      ['Install', '/install'],
      ['Frameworks', '/frameworks'],
      ['NestJS', '/nestjs'],
      ['Configure', '/configure'],
      ['Demo', '/demo'],
    ]),
    group('Find a file', [
      ['Which view', '/views/'],
      ['PathDownloadView', '/views/path'],
      ['StorageDownloadView', '/views/storage'],
      ['ObjectDownloadView', '/views/object'],
      ['HttpDownloadView', '/views/http'],
      ['VirtualDownloadView', '/views/virtual'],
      ['sendfile()', '/views/sendfile'],
      ['A view of your own', '/views/own'],
    ]),
    group('Where files are', [
      ['Storages, disk, S3', '/storages'],
      ['Azure', '/storages-azure'],
      ['Google Cloud', '/storages-gcs'],
      ['flydrive, Flystorage, unstorage', '/storages-bridges'],
      ['Databases and ORMs', '/databases'],
    ]),
    group('What is sent', [
      ['Files', '/files'],
      ['Responses', '/responses'],
      ['Streamed, handed over, redirected', '/delivery'],
    ]),
    group('Optimise streaming', [
      ['Hand over to a proxy', '/hand-over/'],
      ['nginx', '/hand-over/nginx'],
      ['Apache', '/hand-over/apache'],
      ['lighttpd', '/hand-over/lighttpd'],
      ['Caddy', '/hand-over/caddy'],
      ['LiteSpeed', '/hand-over/litespeed'],
      ['The native sender', '/native'],
      ['How fast it is', '/performance'],
    ]),
    group('Run it', [
      ['Test your views', '/testing'],
      ['Health checks', '/hand-over/doctor'],
      ['Events, metrics, logs', '/events'],
      ['Limits', '/limits'],
      ['Signed links', '/signing'],
      ['When something fails', '/faults'],
      ['Troubleshooting', '/troubleshooting'],
      ['Serve a folder', '/serve'],
    ]),
    group('Recipes', [
      ['All recipes', '/recipes/'],
      ['Private media', '/recipes/private-media'],
      ['Links in a mail', '/recipes/mail-links'],
      ['CSV from a query', '/recipes/csv'],
      ['Exports that resume', '/recipes/exports'],
      ['Video with seeking', '/recipes/video'],
      ['Count downloads', '/recipes/counters'],
      ['Limits for each user', '/recipes/limits'],
      ['Large files from S3', '/recipes/large-files'],
      ['Behind nginx in containers', '/recipes/containers'],
    ]),
    group('Security', [
      ['What is promised', '/security'],
      ['Threat model', '/threat-model'],
      ['Advisories of others', '/advisories'],
    ]),
    group('Move here', [
      ['From django-downloadview', '/from-django-downloadview'],
      ['From another library', '/migrate/'],
      ['Express', '/migrate/express'],
      ['@fastify/static', '/migrate/fastify-static'],
      ['Koa', '/migrate/koa'],
      ['sirv', '/migrate/sirv'],
      ['django-sendfile', '/migrate/django-sendfile'],
    ]),
    group(
      'API',
      doors().map(({ door }): Entry => [door, `/api/${door}`]),
      { collapsed: true },
    ),
    group(
      'The project',
      [
        ['Changes', '/changelog'],
        ['Decisions', '/decisions/'],
        ['Soak and load', '/soak'],
        ['Fuzzing', '/fuzzing'],
        ['Contributing', '/contributing'],
        ['Licence', '/license'],
      ],
      { collapsed: true },
    ),
  ]
}

/** Pages that belong together. */
export interface SidebarGroup {
  readonly text: string
  readonly items: { readonly text: string; readonly link: string }[]
  readonly collapsed: boolean
}

type Entry = readonly [label: string, link: string]

function group(text: string, pages: readonly Entry[], { collapsed = false } = {}): SidebarGroup {
  return { text, items: pages.map(([label, link]) => ({ text: label, link })), collapsed }
}
