/**
 * Makes a strong entity-tag for a file of a disk.
 *
 * It comes from what every replica behind a balancer agrees on: the size and the modification time in nanoseconds, with
 * a separator, so that two pairs never run together. The inode is left out: it differs from machine to machine.
 */
export function fileEtag(size: number | bigint, mtimeNs: bigint): string {
  return `"${size.toString(16)}-${mtimeNs.toString(16)}"`
}

/** Tells whether a tag stands for the very same bytes (RFC 9110, 8.8.3.2). */
export function isStrong(etag: string | undefined): etag is string {
  return etag?.startsWith('"') ?? false
}

/** Looks for a tag in a list, weak tags never matching: for `If-Match`. */
export function strongMatch(list: string, etag: string | undefined): boolean {
  return isStrong(etag) && entityTags(list).includes(etag)
}

/** Looks for a tag in a list, `W/` or not: for `If-None-Match`. */
export function weakMatch(list: string, etag: string | undefined): boolean {
  if (etag === undefined) return false
  const opaque = withoutWeakness(etag)
  return entityTags(list).some((tag) => withoutWeakness(tag) === opaque)
}

const ETAG_CHARACTERS = '\\x21\\x23-\\x7e\\x80-\\xff'
const NEXT_TAG = new RegExp(`[ \\t,]*((?:W/)?"[${ETAG_CHARACTERS}]*")[ \\t]*(?=,|$)`, 'y')

/** Reads the tags up to the first thing that is none: an unquoted or unclosed tag must not match by accident. */
function entityTags(list: string): string[] {
  const tags: string[] = []
  NEXT_TAG.lastIndex = 0
  for (let match = NEXT_TAG.exec(list); match !== null; match = NEXT_TAG.exec(list)) tags.push(match[1] as string)
  return tags
}

function withoutWeakness(etag: string): string {
  return etag.startsWith('W/') ? etag.slice(2) : etag
}
