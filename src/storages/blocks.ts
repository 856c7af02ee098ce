import { type Content, chunksOf } from './content.js'

/** Reads any content in blocks of one size; the last one is smaller, and there is always one, maybe empty. */
export async function* blocksOf(
  content: Content,
  size: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  let parts: Uint8Array[] = []
  let length = 0
  let isFirst = true
  for await (const chunk of chunksOf(content, signal)) {
    let rest = chunk
    while (length + rest.length >= size) {
      const missing = size - length
      yield Buffer.concat([...parts, rest.subarray(0, missing)])
      rest = rest.subarray(missing)
      parts = []
      length = 0
      isFirst = false
    }
    // A copy: the content may be written over once the next piece is asked for.
    if (rest.length > 0) parts.push(Buffer.from(rest))
    length += rest.length
  }
  signal?.throwIfAborted()
  if (length > 0 || isFirst) yield Buffer.concat(parts)
}
