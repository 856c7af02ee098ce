import type { BodyPiece, PieceReader } from '../body-reader.js'
import type { Followed } from '../followed.js'
import type { OpenBody } from '../open-body.js'

/** Notes which pieces of a body are given to a stream, and which are taken: more is asked for only after that. */
export function followBody({ reader, first }: OpenBody, followed: Followed): OpenBody {
  const follow = (piece: BodyPiece | undefined) => piece && followPiece(piece, followed)
  const next = async () => follow(await reader.next())
  return { reader: { next, close: () => reader.close() } satisfies PieceReader, first: follow(first) }
}

function followPiece({ bytes, isLast, onSent }: BodyPiece, followed: Followed): BodyPiece {
  let isSent = false
  followed.gives(bytes.length)
  return {
    bytes,
    isLast,
    onSent() {
      if (isSent) return
      isSent = true
      followed.takes(bytes.length)
      onSent?.()
    },
  }
}
