/** A header of type and parameters, as it is written: nothing is taken for what it might mean. */
export interface ReadDisposition {
  readonly type: string
  /** In their order, names in lower case, quotes and escapes taken away. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

/** Reads RFC 6266, 4.1 strictly: `token *( ";" SP token "=" ( token / quoted-string ) )`. Throws for anything else. */
export function readDisposition(header: string): ReadDisposition {
  let at = 0
  const type = token()
  const parameters: (readonly [string, string])[] = []
  while (at < header.length) {
    take(';')
    take(' ')
    const name = token().toLowerCase()
    take('=')
    parameters.push([name, header[at] === '"' ? quoted() : token()])
  }
  return { type, parameters }

  function take(character: string): void {
    if (header[at] !== character)
      throw new Error(`At ${at} of ${JSON.stringify(header)}: no ${JSON.stringify(character)}.`)
    at += 1
  }

  function token(): string {
    const start = at
    while (at < header.length && isTokenCharacter(header[at] as string)) at += 1
    if (at === start) throw new Error(`At ${at} of ${JSON.stringify(header)}: no token.`)
    return header.slice(start, at)
  }

  function quoted(): string {
    take('"')
    let text = ''
    while (header[at] !== '"') {
      if (at >= header.length) throw new Error(`The quotes do not end in ${JSON.stringify(header)}.`)
      if (header[at] === '\\') at += 1
      const code = header.charCodeAt(at)
      if (!(code >= 0x20 && code <= 0x7e)) throw new Error(`At ${at} of ${JSON.stringify(header)}: no visible ASCII.`)
      text += header[at]
      at += 1
    }
    take('"')
    return text
  }
}

/** Reads an extended value (RFC 8187, 3.2.1): `UTF-8''` and attr-char or escaped bytes. Throws for anything else. */
export function readExtended(value: string): string {
  if (!value.startsWith("UTF-8''")) throw new Error(`No extended value: ${value}`)
  const bytes: number[] = []
  for (let at = 7; at < value.length; at++) {
    const character = value[at] as string
    if (character === '%') {
      const hex = value.slice(at + 1, at + 3)
      if (!/^[0-9A-F]{2}$/.test(hex)) throw new Error(`No escape: %${hex}`)
      bytes.push(Number.parseInt(hex, 16))
      at += 2
    } else if (/^[A-Za-z0-9!#$&+.^_`|~-]$/.test(character)) bytes.push(character.charCodeAt(0))
    else throw new Error(`No attr-char: ${JSON.stringify(character)}`)
  }
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))
}

function isTokenCharacter(character: string): boolean {
  return /^[A-Za-z0-9!#$%&'*+.^_`|~-]$/.test(character)
}

/** The name that is safe to save under, character by character. `undefined` for a long one, which is cut. */
export function safeNameOf(name: string): string | undefined {
  let safe = ''
  for (const character of name) {
    const code = character.codePointAt(0) as number
    if (code >= 0xd800 && code <= 0xdfff) safe += '\ufffd'
    else if (character.trim() === '' && code !== 0xfeff) safe += ' '
    else if (isInvisible(code)) continue
    else safe += SEPARATORS.has(code) ? '_' : character
  }
  safe = safe.trim()
  if (Buffer.byteLength(safe) > 239) return undefined
  return [...safe].every((character) => character === '.') ? 'download' : safe
}

const SEPARATORS = new Set([0x2f, 0x5c, 0x2044, 0x2215, 0x29f8, 0x29f5, 0xfe68, 0xff0f, 0xff3c])

/** Controls, and what reorders or hides text (Unicode, Bidi_Control and format characters). */
function isInvisible(code: number): boolean {
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0x61c || code === 0xfeff) return true
  return (
    [0x200b, 0x200e, 0x200f].includes(code) || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x2069)
  )
}
