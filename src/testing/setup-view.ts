import type { DownloadRequest, Params } from '../handler.js'
import { type TestRequestInit, testRequest } from './test-request.js'

/** What {@link setupView} can set up: every view. */
export interface SetUpView<P extends Params> {
  setup(request: DownloadRequest<P>): void
}

/**
 * Gives a view its request, as `asView()` does, so that a test can call its hooks one by one:
 *
 * ```ts
 * const view = setupView(new InvoiceView(), { params: { id: '42' } })
 * assert.equal(await view.getPath(), '42.pdf')
 * ```
 * The request is one of your own, or the init of {@link testRequest}.
 */
export function setupView<V extends SetUpView<never>>(
  view: V,
  request: DownloadRequest<ParamsOfView<V>> | TestRequestInit<ParamsOfView<V>> = {},
): V {
  view.setup((isRequest(request) ? request : testRequest(request)) as DownloadRequest<never>)
  return view
}

type ParamsOfView<V> = V extends SetUpView<infer P> ? P : never

/** A real request is passed on as it is: its fields may be getters, which a copy would lose. */
function isRequest(request: object): boolean {
  return REQUEST_FIELDS.every((name) => name in request) && isHeaders((request as { headers: unknown }).headers)
}

function isHeaders(headers: unknown): boolean {
  return typeof headers === 'object' && headers !== null && 'get' in headers && typeof headers.get === 'function'
}

const REQUEST_FIELDS: readonly (keyof DownloadRequest)[] = [
  'method',
  'url',
  'headers',
  'params',
  'signal',
  'context',
  'raw',
]
