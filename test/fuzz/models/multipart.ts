/** A part of a multipart body. */
export interface ReadPart {
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Buffer
}

/** Reads a `multipart/byteranges` body (RFC 2046, 5.1.1), each part by the length that its own `Content-Range` tells. */
export function readMultipart(contentType: string, body: Buffer): ReadPart[] {
  const prefix = 'multipart/byteranges; boundary='
  if (!contentType.startsWith(prefix)) throw new Error(`Not multipart: ${contentType}`)
  const boundary = contentType.slice(prefix.length)
  let at = 0
  const parts: ReadPart[] = []
  expect(`--${boundary}`)
  while (!body.subarray(at).equals(Buffer.from('--\r\n'))) {
    expect('\r\n')
    const headers: Record<string, string> = {}
    for (let line = lineEnd(); line !== ''; line = lineEnd()) {
      const colon = line.indexOf(': ')
      const name = line.slice(0, colon).toLowerCase()
      if (colon === -1 || name in headers) throw new Error(`Not a header of a part: ${JSON.stringify(line)}`)
      headers[name] = line.slice(colon + 2)
    }
    const [, start, end] = /^bytes (\d+)-(\d+)\/\d+$/.exec(headers['content-range'] ?? '') ?? []
    if (start === undefined || end === undefined) throw new Error(`Which bytes? ${JSON.stringify(headers)}`)
    const length = Number(end) - Number(start) + 1
    if (at + length > body.length) throw new Error('A part ends behind the body.')
    parts.push({ headers, bytes: body.subarray(at, at + length) })
    at += length
    expect(`\r\n--${boundary}`)
  }
  return parts

  function expect(text: string): void {
    const found = body.toString('latin1', at, at + text.length)
    if (found !== text) throw new Error(`At byte ${at}: ${JSON.stringify(found)} is not ${JSON.stringify(text)}.`)
    at += text.length
  }

  function lineEnd(): string {
    const end = body.indexOf('\r\n', at)
    if (end === -1) throw new Error('A part has no end of its headers.')
    const line = body.toString('latin1', at, end)
    at = end + 2
    return line
  }
}
