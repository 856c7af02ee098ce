import type { Counter, Histogram, Meter, UpDownCounter } from '@opentelemetry/api'
import type { DownloadEvent } from '../event.js'
import { figureAttributes } from './attributes.js'

/** Keeps the figures of downloads. */
export class DownloadMetrics {
  readonly #duration: Histogram
  readonly #size: Counter
  readonly #active: UpDownCounter
  readonly #begun = new Set<string>()

  constructor(meter: Meter) {
    this.#duration = meter.createHistogram('downloadview.download.duration', {
      unit: 's',
      description: 'Duration of downloads, from the request to the last byte.',
    })
    this.#size = meter.createCounter('downloadview.download.size', {
      unit: 'By',
      description: 'Bytes of bodies that connections took.',
    })
    this.#active = meter.createUpDownCounter('downloadview.download.active', {
      unit: '{download}',
      description: 'Downloads under way.',
    })
  }

  hear(event: DownloadEvent): void {
    if (event.stage === 'started') {
      this.#begun.add(event.id)
      this.#active.add(1)
      return
    }
    const attributes = figureAttributes(event)
    this.#duration.record(event.milliseconds / 1000, attributes)
    this.#size.add(event.bytesSent, attributes)
    // One that began before anybody listened was never counted.
    if (this.#begun.delete(event.id)) this.#active.add(-1)
  }
}
