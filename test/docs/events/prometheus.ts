import { observeDownloads } from 'downloadview'
import { Counter, Histogram, register } from 'prom-client'

const labelNames = ['stage', 'status']
const begun = new Counter({ name: 'downloads_begun_total', help: 'Downloads that somebody began.' })
const bytes = new Counter({ name: 'download_bytes_total', help: 'Bytes that connections took.', labelNames })
const duration = new Histogram({
  name: 'download_duration_seconds',
  help: 'From the request to the last byte.',
  labelNames,
  buckets: [0.01, 0.1, 1, 10, 60, 600],
})

observeDownloads(({ stage, status, isFirst, bytesSent, milliseconds }) => {
  if (stage === 'started') {
    if (isFirst) begun.inc()
    return
  }
  bytes.inc({ stage, status }, bytesSent)
  duration.observe({ stage, status }, milliseconds / 1000)
})

export const metrics = () => register.metrics()
