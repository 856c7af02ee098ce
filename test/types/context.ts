import { toFetchHandler } from '../../src/adapters/fetch/handler.js'
import { toNodeHandler } from '../../src/adapters/node/handler.js'
import { PermissionDeniedError, StorageDownloadView } from '../../src/index.js'
import { testRequest } from '../../src/testing/test-request.js'

// As an application says what it knows of a user; here optional, since this holds for all that is compiled together.
declare module '../../src/index.js' {
  interface DownloadContext {
    typeTestUser?: { readonly name: string }
  }
}

class OwnFilesView extends StorageDownloadView<{ path: string }> {
  override getPath(): string {
    const { typeTestUser } = this.request.context
    if (typeTestUser === undefined) throw new PermissionDeniedError()
    typeTestUser.name satisfies string
    // @ts-expect-error nothing is known of the user's age
    typeTestUser.age
    return `${typeTestUser.name}/${this.params.path}`
  }

  override getBasename(): string {
    // @ts-expect-error nobody said what this is
    return this.request.context.userId
  }
}

toNodeHandler(OwnFilesView.asView(), { route: '/*path', context: () => ({ typeTestUser: { name: 'ann' } }) })
toFetchHandler(OwnFilesView.asView(), { context: async () => ({ typeTestUser: { name: 'ann' } }) })
testRequest({ context: { typeTestUser: { name: 'ann' } } })
// @ts-expect-error a name is text
toNodeHandler(OwnFilesView.asView(), { route: '/*path', context: () => ({ typeTestUser: { name: 7 } }) })
// @ts-expect-error nobody said what this is
testRequest({ context: { userId: 7 } })
