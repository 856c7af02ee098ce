import assert from 'node:assert/strict'
import type { Reply } from './site.js'

/** One part of a multipart/byteranges body. */
export interface ReceivedPart {
  readonly contentType: string | undefined
  readonly contentRange: string | undefined
  readonly bytes: Buffer
}

/** Reads a multipart/byteranges reply to the letter of RFC 2046, 5.1.1: each byte of the body has its place. */
export function parseMultipart(reply: Reply): ReceivedPart[] {
  const boundary = /^multipart\/byteranges; boundary=([\w'()+,\-./:=? ]{1,70})$/.exec(
    reply.get('Content-Type') ?? '',
  )?.[1]
  assert.ok(boundary, `No boundary: ${reply.get('Content-Type')}`)
  const parts: ReceivedPart[] = []
  let rest = reply.body
  let delimiter = `--${boundary}`
  for (;;) {
    assert.equal(rest.toString('latin1', 0, delimiter.length), delimiter)
    rest = rest.subarray(delimiter.length)
    if (rest.toString('latin1') === '--\r\n') return parts
    assert.equal(rest.toString('latin1', 0, 2), '\r\n')
    const headEnd = rest.indexOf('\r\n\r\n')
    const head = rest.toString('latin1', 2, headEnd)
    delimiter = `\r\n--${boundary}`
    const bodyEnd = rest.indexOf(delimiter, headEnd + 4)
    assert.notEqual(bodyEnd, -1, 'A part has no end.')
    parts.push({
      contentType: fieldOf(head, 'Content-Type'),
      contentRange: fieldOf(head, 'Content-Range'),
      bytes: rest.subarray(headEnd + 4, bodyEnd),
    })
    rest = rest.subarray(bodyEnd)
  }
}

function fieldOf(head: string, name: string): string | undefined {
  return head
    .split('\r\n')
    .find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2)
}
