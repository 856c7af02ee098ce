import { observeWithOpenTelemetry } from 'downloadview/opentelemetry'

export const stop = observeWithOpenTelemetry()
