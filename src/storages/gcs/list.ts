import { gcsFailure } from './failure.js'
import type { GcsService } from './service.js'

/** Gives the names of all objects that begin like this, page by page. */
export async function* listNames(service: GcsService, prefix: string): AsyncGenerator<string, void, undefined> {
  let pageToken: string | undefined
  do {
    const { items = [], nextPageToken } = await pageOf(service, prefix, pageToken)
    for (const { name } of items) yield name
    pageToken = nextPageToken
  } while (pageToken !== undefined)
}

interface Page {
  readonly items?: readonly { readonly name: string }[]
  readonly nextPageToken?: string
}

async function pageOf(service: GcsService, prefix: string, pageToken: string | undefined): Promise<Page> {
  try {
    const fields = 'items(name),nextPageToken'
    return (await service.askJson({ query: { prefix, pageToken, fields } })) as Page
  } catch (error) {
    throw gcsFailure(service.what, error)
  }
}
