import { H3, toNodeHandler } from 'h3'
import { createApp, createRouter, eventHandler, toNodeListener } from 'h3-1'
import {
  type H3HandlerOptions,
  type H3NodeEvent,
  type H3RequestEvent,
  toH3Handler,
} from '../../../src/adapters/h3/index.js'
import type { Params } from '../../../src/handler.js'
import { type Adapter, listen } from '../servers.js'

export const withH3v2: Adapter = {
  name: 'h3 2',
  protocol: 'HTTP/1.1',
  errorsGoTo: 'next',
  hasResponse: false,
  spelling: 'resolved',
  dropsLastSlash: true,
  start(view, route, { onNext, context, onError }) {
    const app = new H3({ silent: true, onError: (error) => void onNext?.(error.cause ?? error) })
    const handler = toH3Handler(view, { context: context as H3HandlerOptions<H3RequestEvent>['context'], onError })
    const handle = (event: unknown) => handler(event as H3RequestEvent)
    if (route === undefined) app.use(handle)
    else app.all(route.replace(/\*(\w+)$/, '**:$1'), handle)
    return listen(toNodeHandler(app))
  },
}

/** The one that Nitro 2 and Nuxt stand on. */
export const withH3v1: Adapter = {
  name: 'h3 1',
  protocol: 'HTTP/1.1',
  errorsGoTo: 'next',
  hasResponse: true,
  spelling: 'kept',
  dropsLastSlash: true,
  losesQuestionMarks: true,
  start(view, route, { before, onNext, context, onError }) {
    const app = createApp({ onError: (error) => void onNext?.((error as Error).cause ?? error) })
    app.use(eventHandler((event) => before?.(event.node.res)))
    const handler = toH3Handler<Params, H3NodeEvent>(view, {
      context: context as H3HandlerOptions<H3NodeEvent>['context'],
      onError,
    })
    const handle = eventHandler((event) => handler(event))
    if (route === undefined) app.use(handle)
    else app.use(createRouter().use(route.replace(/\*(\w+)$/, '**:$1'), handle))
    return listen(toNodeListener(app))
  },
}
