/** A media type in its parts. */
export interface ReadMediaType {
  /** In lower case. */
  readonly essence: string
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

/** Reads RFC 9110, 8.3.1 strictly; `undefined` for what is no media type. */
export function readMediaType(text: string): ReadMediaType | undefined {
  const end = text.search(/[ \t;]/)
  const essence = end === -1 ? text : text.slice(0, end)
  const names = essence.split('/')
  if (names.length !== 2 || !names.every(isToken)) return undefined
  const parameters = end === -1 ? [] : readMediaTypeParameters(text.slice(end))
  return parameters && { essence: essence.toLowerCase(), parameters }
}

/** Reads `*( OWS ";" OWS [ token "=" ( token / quoted-string ) ] )`, RFC 9110, 5.6.6. */
export function readMediaTypeParameters(text: string): [string, string][] | undefined {
  const parameters: [string, string][] = []
  let at = 0
  for (;;) {
    skipBlanks()
    if (at === text.length) return parameters
    if (text[at] !== ';') return undefined
    at += 1
    skipBlanks()
    if (at === text.length || text[at] === ';') continue
    const name = until('=')
    if (!isToken(name)) return undefined
    at += 1
    const value = text[at] === '"' ? quoted() : unquoted()
    if (value === undefined) return undefined
    parameters.push([name.toLowerCase(), value])
  }

  function skipBlanks(): void {
    while (text[at] === ' ' || text[at] === '\t') at += 1
  }

  function until(ends: string): string {
    const start = at
    while (at < text.length && !ends.includes(text[at] as string)) at += 1
    return text.slice(start, at)
  }

  function unquoted(): string | undefined {
    const value = until(' \t;')
    return isToken(value) ? value : undefined
  }

  function quoted(): string | undefined {
    let value = ''
    for (at += 1; text[at] !== '"'; at += 1) {
      if (text[at] === '\\') at += 1
      if (at >= text.length) return undefined
      value += text[at]
    }
    at += 1
    return value
  }
}

function isToken(text: string): boolean {
  return text !== '' && [...text].every((character) => /[A-Za-z0-9!#$%&'*+.^_`|~-]/.test(character))
}
