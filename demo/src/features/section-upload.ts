import { sizeOf } from '../pages/format.js'
import { html } from '../pages/html.js'
import type { Site } from '../site.js'
import type { UploadedFile } from '../upload/table.js'
import type { Link, Section } from './section.js'

/** Files that visitors bring. */
export const UPLOAD: Section = {
  id: 'upload',
  title: 'Upload',
  text: 'What a visitor brings goes into the storage as it arrives, and is a download at once. It is stored under a name that is safe, and keeps its own in a row.',
  sources: ['views/upload.ts', 'upload/table.ts', 'session/same-origin.ts'],
  entries: [
    {
      route: '/upload/',
      text: 'Up to 50 MiB, never in memory as a whole. An upload that breaks off leaves nothing behind.',
      region: 'upload',
      form: html`<form action="/upload/" method="post" enctype="multipart/form-data">
          <label for="upload-file">File, at most 50 MiB</label>
          <input id="upload-file" name="file" type="file" required>
          <button>Upload</button>
        </form>`,
      links: [],
    },
    {
      route: '/upload/file/:id/',
      text: 'Saved under the name that it came with.',
      region: 'uploaded-file',
      none: 'Nobody has uploaded anything yet.',
      links: async ({ site }) => (await latest(site)).map((file) => linkTo('file', file)),
    },
    {
      route: '/upload/shown/:id/',
      text: 'Shown. Try a page or a drawing with a script in it.',
      region: 'shown-upload',
      none: 'Nobody has uploaded anything yet.',
      links: async ({ site }) => (await latest(site)).map((file) => linkTo('shown', file)),
    },
    {
      route: 'uploadedFiles',
      text: 'What is known of a file. The type is what the visitor says it is, and is not relied on.',
      region: 'table',
      links: [],
    },
    {
      route: 'assertSameOrigin()',
      text: 'Only the form of this page is taken.',
      region: 'same-origin',
      links: [],
    },
  ],
}

const latest = ({ uploadedFiles }: Site) => uploadedFiles.latest(12)

function linkTo(view: 'file' | 'shown', { id, name, size }: UploadedFile): Link {
  return { href: `/upload/${view}/${id}/`, label: name, note: sizeOf(size) }
}
