import { nameOf } from '../session/users.js'
import type { Link, Section, Visit } from './section.js'
import { COPIES } from './section-copies.js'
import { HTTP } from './section-http.js'
import { SIGNED } from './section-signed.js'
import { UPLOAD } from './section-upload.js'

/** What the home page shows: kinds of views, and the downloads that each gives. */
export const CATALOG: readonly Section[] = [
  {
    id: 'object',
    title: 'Object',
    text: 'The file belongs to a row of the database. The row knows who may have it and what it is called.',
    sources: ['views/object.ts', 'documents.ts'],
    entries: [
      {
        route: '/object/default-file/:slug/',
        text: 'The column “file” names a file in a storage. Browsers save it.',
        region: 'default-file',
        links: [
          { href: '/object/default-file/hello-world/', label: 'file.txt' },
          { href: '/object/default-file/unicode-name/', label: 'Übersicht 日本語 😀.txt' },
        ],
      },
      {
        route: '/object/another-file/:slug/',
        text: 'A row with two files: this is the other one.',
        region: 'another-file',
        links: [{ href: '/object/another-file/hello-world/', label: 'another_file.txt' }],
      },
      {
        route: '/object/deserialized_basename/:slug/',
        text: 'The name to save it under comes from the row, too; on the disk the invoice is called scan-0017.pdf.',
        region: 'deserialized-basename',
        links: [
          { href: '/object/deserialized_basename/invoice/', label: 'Invoice 2026-001 – Lovelace & Sons.pdf' },
          { href: '/object/deserialized_basename/hello-world/', label: 'hello-world.txt' },
          { href: '/object/deserialized_basename/sunset/', label: 'sunset.png' },
        ],
      },
      {
        route: '/object/inline-file/:slug/',
        text: 'Browsers show it. Sound can be played from any point, and a drawing that brings a script is put in a sandbox.',
        region: 'inline-file',
        links: [
          { href: '/object/inline-file/invoice/', label: 'scan-0017.pdf' },
          { href: '/object/inline-file/sunset/', label: 'sunset.png' },
          { href: '/object/inline-file/drawing/', label: 'drawing.svg' },
          { href: '/object/inline-file/hello-world/', label: 'file.txt' },
          { href: '/object/inline-file/melody/', label: 'melody.wav' },
        ],
        sound: '/object/inline-file/melody/',
      },
      {
        route: '/object/bytes-in-row/:slug/',
        text: 'No storage at all: the bytes are a column of the row.',
        region: 'bytes-in-row',
        links: [{ href: '/object/bytes-in-row/badge/', label: 'badge.png' }],
      },
      {
        route: 'publicDocuments',
        text: 'The model that these views ask is anything that can find(); here, Drizzle looks in a table.',
        region: 'model',
        links: [],
      },
    ],
  },
  {
    id: 'private',
    title: 'Permission',
    text: 'A view finds its file in ordinary code, so that is where you say who may have it.',
    sources: ['views/private.ts'],
    entries: [
      {
        route: '/object/private-file/:slug/',
        text: 'Only Alice gets the letter, once she has signed in. A refusal is an error with a status, for your own error page.',
        region: 'private-file',
        links: letterOf,
      },
    ],
  },
  SIGNED,
  UPLOAD,
  {
    id: 'storage',
    title: 'Storage',
    text: 'The address names a file of a storage: a folder here, a bucket elsewhere.',
    sources: ['views/storage.ts'],
    entries: [
      {
        route: '/storage/static-path/*path',
        text: 'A broken download goes on where it ended, and a file that has not changed is not sent again.',
        region: 'static-path',
        links: [
          { href: '/storage/static-path/1.txt', label: '1.txt' },
          { href: '/storage/static-path/20-MiB.bin', label: '20-MiB.bin' },
          { href: '/storage/static-path/empty.txt', label: 'empty.txt', note: 'no bytes' },
          {
            href: '/storage/static-path/reports/%C3%9Cbersicht%20%E6%97%A5%E6%9C%AC%E8%AA%9E%20%F0%9F%98%80.txt',
            label: 'Übersicht 日本語 😀.txt',
            note: 'in a folder',
          },
        ],
      },
      {
        route: '/storage/dynamic-path/*path',
        text: 'The name is worked out: whatever is asked for, the file in upper case is served.',
        region: 'dynamic-path',
        links: [{ href: '/storage/dynamic-path/1.txt', label: '1.TXT' }],
      },
    ],
  },
  COPIES,
  {
    id: 'path',
    title: 'Path',
    text: 'The file is on the local disk, and nothing else needs to be known of it.',
    sources: ['views/path.ts'],
    entries: [
      {
        route: '/path/static-path/',
        text: 'Always the same file.',
        region: 'static-path',
        links: [{ href: '/path/static-path/', label: 'hello-world.txt' }],
      },
      {
        route: '/path/dynamic-path/*path',
        text: 'The address names the file, and cannot lead out of its folder.',
        region: 'dynamic-path',
        links: [
          { href: '/path/dynamic-path/hello-world.txt', label: 'hello-world.txt' },
          { href: '/path/dynamic-path/..%2Fpackage.json', label: '../package.json', status: 404 },
        ],
      },
      {
        route: '/path/sendfile/',
        text: 'The same from inside any handler, without a class. It is shown rather than saved.',
        region: 'sendfile',
        links: [{ href: '/path/sendfile/', label: 'hello-world.txt' }],
      },
    ],
  },
  HTTP,
  {
    id: 'virtual',
    title: 'Virtual',
    text: 'The file does not exist before somebody asks for it.',
    sources: ['views/virtual.ts'],
    entries: [
      {
        route: '/virtual/text/',
        text: 'Text that is there as a whole, so that it has a length, a tag and ranges like any file.',
        region: 'text',
        links: [{ href: '/virtual/text/', label: 'hello-world.txt' }],
      },
      {
        route: '/virtual/stringio/',
        text: 'A stream of Node.',
        region: 'stringio',
        links: [{ href: '/virtual/stringio/', label: 'hello-world.txt' }],
      },
      {
        route: '/virtual/generated/',
        text: 'A generator. Each piece is sent as soon as it is there.',
        region: 'generated',
        links: [{ href: '/virtual/generated/', label: 'hello-world.txt' }],
      },
      {
        route: '/virtual/countdown/',
        text: 'The same, shown: the lines appear one by one. Nothing is made any more once you have left.',
        region: 'countdown',
        links: [{ href: '/virtual/countdown/', label: 'countdown.txt' }],
      },
    ],
  },
  {
    id: 'hand-over',
    title: 'Hand over',
    text: 'The application says who may have a file, and the server in front of it sends the bytes. Without such a server you get an empty file: look at its headers with “curl -I”. To start one, with all files of this page handed over to it: “npm run demo -- --proxy nginx”, or apache, lighttpd or caddy.',
    sources: ['views/hand-over.ts', 'downloadview.config.ts'],
    entries: [
      {
        route: 'hello-world.txt',
        text: 'Three views of a file that has an address, though nobody can open it by that.',
        region: 'files',
        links: [],
      },
      {
        route: '/:server/optimized-by-middleware/',
        text: 'A middleware looks at every download. These are views like any other.',
        region: 'optimized-by-middleware',
        links: handOverLinks('optimized-by-middleware'),
      },
      {
        route: 'downloadview.config.ts',
        text: 'What that middleware goes by: a file fits by its address or by its folder. The server’s own configuration is made of the same rules.',
        region: 'config',
        links: [],
      },
      {
        route: '/:server/optimized-by-decorator/',
        text: 'One rule around one view.',
        region: 'optimized-by-decorator',
        links: handOverLinks('optimized-by-decorator'),
      },
      {
        route: '/:server/modified_headers/',
        text: 'What a view adds to its reply stays.',
        region: 'modified_headers',
        links: handOverLinks('modified_headers'),
      },
    ],
  },
  {
    id: 'errors',
    title: 'Errors',
    text: 'What goes wrong before the first byte goes to the error handler of your application.',
    sources: ['pages/error.ts'],
    entries: [
      {
        route: 'app.use(errorPage)',
        text: 'A row, a file or a page that is not there.',
        region: 'error-page',
        links: [
          { href: '/object/default-file/no-such-document/', label: 'no such row', status: 404 },
          { href: '/storage/static-path/no-such-file.txt', label: 'no such file', status: 404 },
          { href: '/no-such-page/', label: 'no such page', status: 404 },
        ],
      },
    ],
  },
]

function letterOf({ viewer }: Visit): Link[] {
  const link = { href: '/object/private-file/letter/', label: 'letter.txt' }
  if (viewer === 'alice') return [{ ...link, note: 'for you, Alice' }]
  return [{ ...link, note: viewer === undefined ? 'as nobody' : `as ${nameOf(viewer)}`, status: 403 }]
}

function handOverLinks(page: string): Link[] {
  return ['nginx', 'apache', 'lighttpd'].map((server) => ({
    href: `/${server}/${page}/`,
    label: 'hello-world.txt',
    note: server,
  }))
}
