import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { Bucket } from './bucket.js'

/** Lists the names of all objects that begin with a prefix, page by page. */
export async function* listNames(bucket: Bucket, prefix: string): AsyncGenerator<string, void, undefined> {
  let next: string | undefined
  do {
    const command = new ListObjectsV2Command({
      ...bucket.params,
      Prefix: prefix,
      ContinuationToken: next,
      // XML cannot hold every character of a name.
      EncodingType: 'url',
    })
    const page = await bucket
      .ask((client, options) => client.send(command, options))
      .catch((error: unknown) => {
        throw bucket.failure(error)
      })
    for (const { Key: name = '' } of page.Contents ?? []) yield page.EncodingType === 'url' ? decoded(name) : name
    next = page.IsTruncated ? page.NextContinuationToken : undefined
  } while (next !== undefined)
}

/** As in a form: a blank may be a plus sign, and a plus sign never is one. */
function decoded(name: string): string {
  return decodeURIComponent(name.replaceAll('+', ' '))
}
