import type { Attributes } from '@opentelemetry/api'
import type { DownloadEvent } from '../event.js'

/** What figures are told apart by: few values only, and so no name and no path. */
export function figureAttributes({ stage, method, status, isFirst, code }: DownloadEvent): Attributes {
  return {
    'http.request.method': knownMethod(method),
    'http.response.status_code': status,
    'downloadview.stage': stage,
    'downloadview.first': isFirst,
    ...(code === undefined ? {} : { 'error.type': code }),
  }
}

/** All that is known of a download. */
export function spanAttributes(event: DownloadEvent): Attributes {
  const { urlPath, name, bytesSent, id, rule } = event
  return {
    ...figureAttributes(event),
    'url.path': urlPath,
    'file.name': name,
    'http.response.body.size': bytesSent,
    'downloadview.id': id,
    ...(rule === undefined ? {} : { 'downloadview.rule': rule }),
  }
}

/** Of a method that a client made up, the semantic conventions say `_OTHER`: it would be a figure of its own. */
function knownMethod(method: string): string {
  return METHODS.has(method) ? method : '_OTHER'
}

const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE'])
