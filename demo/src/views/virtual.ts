import { Readable } from 'node:stream'
// #region generated
import { setTimeout } from 'node:timers/promises'
// #endregion
import { ContentFile, VirtualDownloadView, VirtualFile } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import { Router } from 'express'

/** Files that are made for the request. */
export const virtualRouter = Router()

// #region text
class TextView extends VirtualDownloadView {
  override getFile() {
    return new ContentFile('Hello world!\n', { name: 'hello-world.txt' })
  }
}

virtualRouter.get('/virtual/text/', toExpressHandler(TextView.asView()))
// #endregion

// #region stringio
class ReadableView extends VirtualDownloadView {
  override getFile() {
    // A function, so that no stream is opened for a HEAD.
    const open = () => Readable.from(['Hello ', 'world!', '\n'])
    return new VirtualFile(open, { name: 'hello-world.txt' })
  }
}

virtualRouter.get('/virtual/stringio/', toExpressHandler(ReadableView.asView()))
// #endregion

// #region generated
async function* generateHello() {
  yield 'Hello '
  await setTimeout(300)
  yield 'world!'
  await setTimeout(300)
  yield '\n'
}

class GeneratedView extends VirtualDownloadView {
  override getFile() {
    return new VirtualFile(generateHello, { name: 'hello-world.txt' })
  }
}

virtualRouter.get('/virtual/generated/', toExpressHandler(GeneratedView.asView()))
// #endregion

// #region countdown
async function* countDown(signal?: AbortSignal) {
  for (let left = 10; left > 0; left -= 1) {
    yield `${left}…\n`
    // The signal ends the wait as soon as the client has gone.
    await setTimeout(300, undefined, { signal })
  }
  yield 'Lift-off!\n'
}

class CountdownView extends VirtualDownloadView {
  override getFile() {
    return new VirtualFile(countDown, { name: 'countdown.txt' })
  }
}

virtualRouter.get('/virtual/countdown/', toExpressHandler(CountdownView.asView({ attachment: false })))
// #endregion
