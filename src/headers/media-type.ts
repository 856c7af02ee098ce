import { lookup } from 'mime-types'

/** The type of bytes of which nothing is known. */
export const OCTET_STREAM = 'application/octet-stream'

/** Guesses a media type from the extension of a name; `undefined` when that says nothing. */
export function guessMediaType(name: string | undefined): string | undefined {
  // Without a dot the whole name would be taken for an extension: a file called "html" is not a page.
  if (!name?.includes('.')) return undefined
  return lookup(name) || undefined
}

/**
 * Completes a media type with a charset, which only text has (`text/*`). A charset that is already there stays.
 */
export function withCharset(mediaType: string, charset: string | undefined): string {
  if (!charset || !mediaType.toLowerCase().startsWith('text/') || charsetOf(mediaType) !== undefined) return mediaType
  return `${mediaType}; charset=${charset}`
}

/** The charset that a media type names, without quotes and in lower case. */
export function charsetOf(mediaType: string): string | undefined {
  PARAMETER.lastIndex = mediaType.indexOf(';')
  for (let match = next(mediaType); match !== null; match = next(mediaType)) {
    const [, name, quoted, token = ''] = match
    if (name?.toLowerCase() !== 'charset') continue
    const charset = quoted?.replace(/\\(.)/gs, '$1') ?? token
    return CHARSET_NAME.test(charset) ? charset.toLowerCase() : undefined
  }
  return undefined
}

/** The media type without its parameters, in lower case. */
export function essenceOf(mediaType: string): string {
  return (mediaType.split(';', 1)[0] as string).trim().toLowerCase()
}

/**
 * Tells whether a browser that shows this type inline would run scripts in it: HTML, also in an archive of a whole page
 * (`.mht`), SVG and every other XML.
 *
 * Browsers split a Content-Type at its commas and take the last type there, so that none of them may be one.
 */
export function canRunScript(mediaType: string): boolean {
  return mediaType.split(',').some((each) => SCRIPTABLE.test(essenceOf(each)))
}

function next(mediaType: string): RegExpExecArray | null {
  return PARAMETER.lastIndex === -1 ? null : PARAMETER.exec(mediaType)
}

/** One parameter after the other: what stands in the quotes of one is never taken for another. */
const PARAMETER = /;\s*(?:([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^\s;"]*)))?[^;]*/sy
const CHARSET_NAME = /^[^\s";]+$/
const SCRIPTABLE =
  /^(?:text\/(?:html|xsl|xml|rdf|mathml)|application\/xml|multipart\/(?:x-mixed-replace|related)|message\/|[^/]+\/[^/]+\+xml)/
