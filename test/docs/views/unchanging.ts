import { ContentFile, VirtualDownloadView } from 'downloadview'

export class HelloView extends VirtualDownloadView {
  override getFile() {
    return new ContentFile('Hello world!\n', { name: 'hello-world.txt' })
  }

  /** It never changes: whoever has it already gets a 304. */
  override wasModifiedSince() {
    return Promise.resolve(false)
  }
}
