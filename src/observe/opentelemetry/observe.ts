import type { MeterProvider, TracerProvider } from '@opentelemetry/api'
import { metrics, trace } from '@opentelemetry/api'
import { observeDownloads } from '../channels.js'
import { DownloadMetrics } from './metrics.js'
import { DownloadSpans } from './spans.js'

/** Options of {@link observeWithOpenTelemetry}. */
export interface OpenTelemetryOptions {
  /** Where spans go. Default: the one that is set for the process. */
  tracerProvider?: TracerProvider | undefined
  /** Where figures go. Default: the one that is set for the process. */
  meterProvider?: MeterProvider | undefined
}

/**
 * Makes a span of every download of the process, and figures: `downloadview.download.duration`,
 * `downloadview.download.size` and `downloadview.download.active`. Gives back what ends that.
 *
 * Call it once the SDK is started. Spans are below the one that is active where the download begins.
 */
export function observeWithOpenTelemetry({
  tracerProvider = trace.getTracerProvider(),
  meterProvider = metrics.getMeterProvider(),
}: OpenTelemetryOptions = {}): () => void {
  const spans = new DownloadSpans(tracerProvider.getTracer(SCOPE))
  const figures = new DownloadMetrics(meterProvider.getMeter(SCOPE))
  return observeDownloads((event) => {
    spans.hear(event)
    figures.hear(event)
  })
}

const SCOPE = 'downloadview'
