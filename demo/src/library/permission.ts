import { FileNotFoundError, PermissionDeniedError } from 'downloadview'
import type { UserId } from '../session/users.js'
import type { LibraryDocument } from './table.js'

/** Owners read what is theirs, and everybody what is public. */
export function isReadable(document: Pick<LibraryDocument, 'owner' | 'visibility'>, viewer: string | undefined) {
  return document.visibility === 'public' || document.owner === viewer
}

/** Refuses whoever may not read a document, as if there were none: that there is one is nobody's business. */
export function assertReadable(
  document: LibraryDocument | undefined,
  viewer: string | undefined,
): asserts document is LibraryDocument {
  if (document === undefined || !isReadable(document, viewer)) {
    throw new FileNotFoundError('There is no such document, or none for you.')
  }
}

/** Refuses whoever may read a document and does not own it. */
export function assertOwned(
  document: LibraryDocument | undefined,
  viewer: UserId,
): asserts document is LibraryDocument {
  assertReadable(document, viewer)
  if (document.owner !== viewer) throw new PermissionDeniedError('Only its owner may do that.')
}
