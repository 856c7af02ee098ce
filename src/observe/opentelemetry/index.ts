export { type OpenTelemetryOptions, observeWithOpenTelemetry } from './observe.js'
