import assert from 'node:assert/strict'
import { describe, mock, test } from 'node:test'
import { download, headerOf, requestWith, useFolder } from '../../test/proxies/downloads.js'
import { HttpFile } from '../files/http/file.js'
import { DownloadResponse } from '../responses/download.js'
import type { DownloadConfig, Explanation } from './config.js'
import { formatExplanation, SmartDownloadMiddleware } from './smart.js'

const path = useFolder({ 'files/a.txt': '', 'elsewhere/a.txt': '' })

const CONFIG: DownloadConfig = {
  backend: 'nginx',
  rules: [
    { sourceUrl: '/special/', destinationUrl: '/special/' },
    { sourceDir: path('files'), destinationDir: '/mnt/files', backend: 'apache' },
    { sourceUrl: '/media/', destinationUrl: '/first/' },
    { sourceUrl: '/media/deep/', destinationUrl: '/second/' },
  ],
}

async function handOver(config: DownloadConfig, told: Parameters<typeof download>[0], options = {}) {
  return new SmartDownloadMiddleware(config).processResponse(download(told, options), requestWith())
}

describe('rules', () => {
  test('are asked in order, and the first that fits wins', async () => {
    const outcome = await handOver(CONFIG, { url: '/media/deep/a.txt' })
    assert.equal(headerOf(outcome, 'X-Accel-Redirect'), '/first/deep/a.txt')
  })

  test('can each be for a server of their own', async () => {
    const outcome = await handOver(CONFIG, { path: path('files/a.txt') })
    assert.equal(headerOf(outcome, 'X-Sendfile'), '/mnt/files/a.txt')
    assert.equal(headerOf(outcome, 'X-Accel-Redirect'), null)
  })

  for (const [backend, to, isTaken] of [
    ['nginx', { destinationUrl: '/there/' }, true],
    ['apache', { destinationDir: '/there' }, false],
    ['lighttpd', { destinationDir: '/there' }, false],
    ['caddy', { destinationUrl: '/there/' }, false],
    ['litespeed', { destinationUrl: '/there/' }, false],
  ] as const) {
    test(`for ${backend} ${isTaken ? 'take' : 'leave'} a file of another server (U43)`, async () => {
      const rule = { ...to, backend, sourceUrl: 'https://origin.example/media/' }
      const middleware = new SmartDownloadMiddleware({ backend, rules: [rule] } as DownloadConfig)
      const response = new DownloadResponse(new HttpFile('https://origin.example/media/a.txt'))
      const outcome = await middleware.processResponse(response, requestWith())
      assert.equal(headerOf(outcome, 'X-Accel-Redirect'), isTaken ? '/there/a.txt' : null)
      if (!isTaken) assert.equal(outcome, response)
    })
  }

  test('that do not fit leave the download as it is', async () => {
    const response = download({ url: '/other/a.txt', path: path('elsewhere/a.txt') })
    assert.equal(await new SmartDownloadMiddleware(CONFIG).processResponse(response, requestWith()), response)
  })

  test('that are none stream everything', async () => {
    const response = download({ url: '/media/a.txt' })
    const smart = new SmartDownloadMiddleware({ backend: 'nginx', rules: [] })
    assert.equal(await smart.processResponse(response, requestWith()), response)
  })

  for (const [backend, header] of [
    ['nginx', 'X-Accel-Redirect'],
    ['caddy', 'X-Accel-Redirect'],
    ['litespeed', 'X-LiteSpeed-Location'],
  ] as const) {
    test(`for ${backend} make its header`, async () => {
      const rules = [{ sourceUrl: '/media/', destinationUrl: '/there/' }]
      assert.equal(headerOf(await handOver({ backend, rules }, { url: '/media/a.txt' }), header), '/there/a.txt')
    })
  }

  for (const backend of ['apache', 'lighttpd'] as const) {
    test(`for ${backend} make its header`, async () => {
      const rules = [{ sourceUrl: '/media/', destinationDir: '/there' }]
      assert.equal(headerOf(await handOver({ backend, rules }, { url: '/media/a.txt' }), 'X-Sendfile'), '/there/a.txt')
    })
  }
})

test("the backend 'none' streams everything, rules for another server too", async () => {
  for (const told of [{ url: '/media/a.txt' }, { path: path('files/a.txt') }]) {
    const response = download(told)
    const smart = new SmartDownloadMiddleware({ ...CONFIG, backend: 'none' })
    assert.equal(await smart.processResponse(response, requestWith()), response)
    const { rules } = await smart.explain(response, requestWith())
    assert.deepEqual(rules, [])
  }
})

describe('explanations', () => {
  const explain = (told: Parameters<typeof download>[0], options = {}) =>
    new SmartDownloadMiddleware(CONFIG).explain(download(told, options), requestWith())

  test('tell which rule has handed a download over, and why those before it have not', async () => {
    assert.deepEqual(await explain({ url: '/media/a b.txt' }), {
      basename: 'report.txt',
      handedOver: true,
      rules: [
        { rule: 1, backend: 'nginx', reason: 'its url "/media/a b.txt" is not below sourceUrl "/special/"' },
        {
          rule: 2,
          backend: 'apache',
          reason: `the file is not on the local disk, so not below sourceDir "${path('files')}"`,
        },
        { rule: 3, backend: 'nginx', reason: 'handed over as "/first/a%20b.txt"' },
      ],
    } satisfies Explanation)
  })

  test('tell why no rule has', async () => {
    const { handedOver, rules } = await explain({ url: '/media/a.txt' }, { status: 410 })
    assert.equal(handedOver, false)
    assert.deepEqual(
      rules.map(({ rule, reason }) => [rule, reason]),
      [1, 2, 3, 4].map((rule) => [rule, 'its status is 410, and only a 200 may be handed over']),
    )
  })

  test('go to whoever asked for them', async () => {
    const heard: Explanation[] = []
    const smart = new SmartDownloadMiddleware({ ...CONFIG, explain: (explanation) => heard.push(explanation) })
    await smart.processResponse(download({ url: '/media/a.txt' }), requestWith())
    await smart.processResponse(download({ url: '/other/a.txt' }), requestWith())
    assert.deepEqual(
      heard.map(({ handedOver, rules }) => [handedOver, rules.length]),
      [
        [true, 3],
        [false, 4],
      ],
    )
  })

  test('are written to the console on request, and not otherwise', async () => {
    const info = mock.method(console, 'info', () => {})
    try {
      for (const explain of [undefined, false, true]) {
        const smart = new SmartDownloadMiddleware({ ...CONFIG, explain })
        await smart.processResponse(download({ url: '/special/a.txt' }), requestWith())
      }
      assert.deepEqual(
        info.mock.calls.map((call) => call.arguments),
        [['downloadview: "report.txt" is handed over\n  rule 1 (nginx): handed over as "/special/a.txt"']],
      )
    } finally {
      info.mock.restore()
    }
  })

  test('are lines for people', () => {
    const rules = [{ rule: 1, backend: 'apache', reason: 'because' }] as const
    assert.equal(
      formatExplanation({ basename: 'line\nbreak', handedOver: false, rules }),
      'downloadview: "line\\nbreak" is streamed by the application\n  rule 1 (apache): because',
    )
    assert.equal(
      formatExplanation({ basename: 'a', handedOver: false, rules: [] }),
      'downloadview: "a" is streamed by the application\n  there are no rules',
    )
  })
})

test('a wrong rule is refused when the application starts', () => {
  const rules = [{ sourceDir: 'files', destinationUrl: '/there/' }]
  assert.throws(() => new SmartDownloadMiddleware({ backend: 'nginx', rules }), /rule 1: sourceDir must be absolute/)
})
