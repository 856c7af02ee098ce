/** Takes percent-encoding off once, byte by byte, as servers do; `undefined` where a `%` has no two digits after it. */
export function decodeBytes(text: string): Buffer | undefined {
  const bytes: number[] = []
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 0xff) return undefined
    if (text[at] !== '%') {
      bytes.push(code)
      continue
    }
    const hex = text.slice(at + 1, at + 3)
    if (!/^[0-9a-fA-F]{2}$/.test(hex)) return undefined
    bytes.push(Number.parseInt(hex, 16))
    at += 2
  }
  return Buffer.from(bytes)
}

/** Reads bytes as UTF-8; `undefined` for bytes that are none. */
export function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Takes percent-encoding off a text of visible ASCII; `undefined` where no text comes of it. */
export function decodeText(text: string): string | undefined {
  const bytes = decodeBytes(text)
  return bytes && readUtf8(bytes)
}
