import type { Section } from './section.js'

/** One document in three places. */
export const COPIES: Section = {
  id: 'copies',
  title: 'Copies',
  text: 'The same document on the disk, in an object storage and in a column of its row. One view serves all three, and nobody can tell which one it was: bytes, ranges, name and tag are the same.',
  sources: ['views/copies.ts', 'object-storage/object-storage.ts'],
  entries: [
    {
      route: 'CopyView',
      text: 'The view. It knows the row, and nothing of where the bytes are.',
      region: 'view',
      links: [],
    },
    {
      route: '/copies/disk/:slug/',
      text: 'From a folder.',
      region: 'disk',
      links: [{ href: '/copies/disk/postcard/', label: 'postcard.png' }],
    },
    {
      route: '/copies/object-storage/:slug/',
      text: 'From a bucket. A download is one request there.',
      region: 'object-storage',
      links: [{ href: '/copies/object-storage/postcard/', label: 'postcard.png' }],
    },
    {
      route: '/copies/row/:slug/',
      text: 'From the row itself.',
      region: 'row',
      links: [{ href: '/copies/row/postcard/', label: 'postcard.png' }],
    },
    {
      route: '/copies/redirected/:slug/',
      text: 'The application decides, and sends the client to the bucket, with an address that is good for a minute.',
      region: 'redirected',
      links: [{ href: '/copies/redirected/postcard/', label: 'postcard.png', note: '302' }],
    },
    {
      route: 'S3_BUCKET=name S3_ENDPOINT=https://… npm run demo',
      text: 'A bucket of your own. Without one, the demo starts a small object storage for itself, which checks signatures like a large one.',
      region: 'bucket',
      links: [],
    },
  ],
}
