import { type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import type { DownloadEvent } from '../event.js'
import { spanAttributes } from './attributes.js'

/** Makes a span of each download, from its request to its end. */
export class DownloadSpans {
  readonly #tracer: Tracer
  readonly #open = new Map<string, Span>()

  constructor(tracer: Tracer) {
    this.#tracer = tracer
  }

  hear(event: DownloadEvent): void {
    if (event.stage === 'started') {
      this.#open.set(event.id, this.#start(event))
      return
    }
    const span = this.#open.get(event.id) ?? this.#start(event)
    this.#open.delete(event.id)
    span.setAttributes(spanAttributes(event))
    // A refusal is no error of a server (semantic conventions for HTTP); nor is a client that leaves.
    if (event.stage === 'failed' && (event.status >= 500 || event.status < 400)) {
      span.setStatus({ code: SpanStatusCode.ERROR })
    }
    span.end()
  }

  #start({ milliseconds }: DownloadEvent): Span {
    return this.#tracer.startSpan('download', { kind: SpanKind.INTERNAL, startTime: Date.now() - milliseconds })
  }
}
