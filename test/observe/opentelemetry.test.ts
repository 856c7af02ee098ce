import assert from 'node:assert/strict'
import { after, afterEach, beforeEach, describe, test } from 'node:test'
import { context, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import {
  ContentFile,
  type DownloadHandler,
  DownloadResponse,
  FileNotFoundError,
  StorageError,
} from '../../src/index.js'
import { observeWithOpenTelemetry } from '../../src/observe/opentelemetry/index.js'
import { listen, type RunningServer } from '../adapters/servers.js'
import { eventually } from '../support/eventually.js'

const view: DownloadHandler = ({ url }) => {
  if (url.startsWith('/none')) throw new FileNotFoundError()
  if (url.startsWith('/broken')) throw new StorageError('The disk is gone.')
  return new DownloadResponse(new ContentFile('0123456789', { name: 'digits.txt' }))
}

describe('OpenTelemetry', () => {
  const spans = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
  let exported: InMemoryMetricExporter
  let meterProvider: MeterProvider
  let server: RunningServer
  let stop = () => {}

  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  after(() => context.disable())

  beforeEach(async () => {
    spans.reset()
    exported = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
    meterProvider = new MeterProvider({
      readers: [new PeriodicExportingMetricReader({ exporter: exported, exportIntervalMillis: 2 ** 30 })],
    })
    stop = observeWithOpenTelemetry({ tracerProvider, meterProvider })
    const handler = toNodeHandler(view, { onError() {} })
    server = await listen((req, res) => {
      const parent = tracerProvider.getTracer('application').startSpan('request')
      res.once('close', () => parent.end())
      context.with(trace.setSpan(context.active(), parent), () => handler(req, res))
    })
  })

  afterEach(async () => {
    stop()
    await server.close()
    await meterProvider.shutdown()
  })

  test('has a span of each download, below the one of its request', async () => {
    await (await fetch(`${server.origin}/digits.txt?signature=secret`)).text()
    await eventually(() => spans.getFinishedSpans().length === 2)
    const [download, request] = ['download', 'request'].map((name) =>
      spans.getFinishedSpans().find((each) => each.name === name),
    )
    assert.equal(download?.parentSpanContext?.spanId, request?.spanContext().spanId)
    const { 'downloadview.id': id, ...attributes } = download?.attributes ?? {}
    assert.equal(typeof id, 'string')
    assert.deepEqual(attributes, {
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'downloadview.stage': 'completed',
      'downloadview.first': true,
      'url.path': '/digits.txt',
      'file.name': 'digits.txt',
      'http.response.body.size': 10,
    })
  })

  test('calls a fault an error, and a refusal none', async () => {
    await fetch(`${server.origin}/none`)
    await fetch(`${server.origin}/broken`)
    await eventually(() => spans.getFinishedSpans().length === 4)
    const downloads = spans.getFinishedSpans().filter(({ name }) => name === 'download')
    assert.deepEqual(
      downloads.map(({ status, attributes }) => [status.code, attributes['error.type']]),
      [
        [SpanStatusCode.UNSET, 'FILE_NOT_FOUND'],
        [SpanStatusCode.ERROR, 'STORAGE_FAILED'],
      ],
    )
  })

  test('has figures of durations, bytes, and downloads under way', async () => {
    await (await fetch(`${server.origin}/a`)).text()
    await (await fetch(`${server.origin}/a`, { headers: { Range: 'bytes=4-' } })).text()
    await eventually(() => spans.getFinishedSpans().length === 4)
    await meterProvider.forceFlush()
    const figures = exported.getMetrics().at(-1)?.scopeMetrics[0]?.metrics ?? []
    assert.deepEqual(
      figures.map(({ descriptor }) => [descriptor.name, descriptor.unit]),
      [
        ['downloadview.download.duration', 's'],
        ['downloadview.download.size', 'By'],
        ['downloadview.download.active', '{download}'],
      ],
    )
    const points = figures.map(({ dataPoints }) => dataPoints as DataPoint<unknown>[])
    assert.deepEqual(
      points[0]?.map(({ value }) => (value as Histogram).count),
      [1, 1],
    )
    assert.deepEqual(
      points[1]?.map(({ value }) => value),
      [10, 6],
    )
    assert.deepEqual(
      points[2]?.map(({ value }) => value),
      [0],
    )
    assert.ok(!JSON.stringify(points).includes('/a'), 'A path is an attribute of a figure.')
  })

  test('hears nothing more after its end', async () => {
    stop()
    await (await fetch(`${server.origin}/a`)).text()
    await eventually(() => spans.getFinishedSpans().length === 1)
    assert.deepEqual(
      spans.getFinishedSpans().map(({ name }) => name),
      ['request'],
    )
  })
})
