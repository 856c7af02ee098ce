import type { IconName } from '../pages/icons.js'
import type { LibraryDocument } from './table.js'

/** What a document is to people, and how its page shows it. */
export interface Kind {
  readonly name: string
  readonly icon: IconName
  readonly preview: 'text' | 'picture' | 'sound' | 'film' | 'pdf' | 'sandbox' | undefined
}

/** Tells the kind of a document by its media type. */
export function kindOf({ contentType }: Pick<LibraryDocument, 'contentType'>): Kind {
  const type = contentType?.toLowerCase() ?? ''
  return KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? { name: 'File', icon: 'file', preview: undefined }
}

/** The first that fits counts. */
const KINDS: readonly (readonly [pattern: RegExp, kind: Kind])[] = [
  // Both can hold a script, and are shown where none runs.
  [/^image\/svg\+xml$/, { name: 'Drawing', icon: 'drawing', preview: 'sandbox' }],
  [/^(?:text\/html|application\/xhtml\+xml)$/, { name: 'Web page', icon: 'code', preview: 'sandbox' }],
  [/^image\/(?:png|jpeg|gif|webp|avif)$/, { name: 'Picture', icon: 'picture', preview: 'picture' }],
  [/^application\/pdf$/, { name: 'PDF', icon: 'pdf', preview: 'pdf' }],
  [/^audio\//, { name: 'Sound', icon: 'sound', preview: 'sound' }],
  [/^video\//, { name: 'Film', icon: 'film', preview: 'film' }],
  [/^(?:text\/|application\/(?:json|xml|javascript)$)/, { name: 'Text', icon: 'text', preview: 'text' }],
  [/zip|tar|compressed/, { name: 'Archive', icon: 'archive', preview: undefined }],
]
