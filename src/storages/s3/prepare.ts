import type { GetObjectCommand } from '@aws-sdk/client-s3'
import { answerOf, s3Error } from './failure.js'

/** Makes the SDK do what a download needs, also with a client that the application has set up for something else. */
export function prepare<T extends Pick<GetObjectCommand, 'middlewareStack'>>(command: T, what: string): T {
  withoutChecksum(command)
  withoutWaiting(command, what)
  return command
}

/**
 * By default the SDK checks each byte of a body against the checksum of the object. It cannot do so for a range, costs
 * more than all else that we do, and stands between us and the socket. It also sends a checksum of the empty body of a
 * GET, which then is in every signed address.
 */
function withoutChecksum({ middlewareStack }: Pick<GetObjectCommand, 'middlewareStack'>): void {
  middlewareStack.add(
    (next) => (args) => {
      // The SDK writes its default into the input, and looks there once more when the answer has come.
      delete (args.input as { ChecksumMode?: unknown }).ChecksumMode
      const { headers } = args.request as { headers: Record<string, string> }
      for (const name of Object.keys(headers)) if (name.startsWith('x-amz-checksum-')) delete headers[name]
      return next(args)
    },
    // When the request is written, and not signed yet.
    { name: 'downloadviewWithoutChecksum', step: 'build', priority: 'low', override: true },
  )
}

/** By default the SDK itself waits for as long as a `Retry-After` says, and our client does so unknowingly. */
function withoutWaiting({ middlewareStack }: Pick<GetObjectCommand, 'middlewareStack'>, what: string): void {
  middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args)
      } catch (error) {
        const answer = answerOf(error)
        throw isBusy(answer?.status) && answer?.header('retry-after') !== undefined ? s3Error(what, error) : error
      }
    },
    // Around the reading of the answer, and within each attempt.
    { name: 'downloadviewWithoutWaiting', step: 'deserialize', priority: 'high', override: true },
  )
}

function isBusy(status: number | undefined): boolean {
  return status === 429 || status === 503
}
