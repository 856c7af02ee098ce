import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { DownloadConfig, Rule } from '../../src/middleware/config.js'
import { SmartDownloadMiddleware } from '../../src/middleware/smart.js'
import { type Application, type Exchange, startApplication } from './application.js'
import { type Ask, ask, type Reply } from './client.js'
import { type Differences, differences } from './differences.js'
import type { OtherServer } from './other-server.js'
import { type ProxyServer, type RunningProxy, startProxy } from './servers.js'
import { createTree, type Tree } from './tree.js'

/** A server with an application behind it, both of them running while the tests of a `describe` do. */
export interface Site {
  readonly proxy: ProxyServer
  readonly differences: Differences
  readonly tree: Tree
  /** The configuration that both the application and the server follow. */
  readonly config: DownloadConfig
  /** Asks the server. */
  ask(target: string, ask?: Ask): Promise<ProxiedReply>
  /** Asks the same application without a server in front of it, where everything is streamed. */
  askDirectly(target: string, ask?: Ask): Promise<Reply>
  /** Lets the rest of `/generated` come. */
  release(): void
  /** What the server has logged since it was started. */
  log(): string
  /** A test that shows what the server has logged when it fails. */
  test(name: string, run: () => Promise<void>): void
}

/** A reply of the server, and what the application had said to it; `undefined` when that was not asked. */
export interface ProxiedReply extends Reply {
  readonly exchange: Exchange | undefined
}

/** Starts the whole before the tests of a `describe`, and ends it after them. */
export function useSite(proxy: ProxyServer, other?: OtherServer): Site {
  const tree = createTree()
  const config: DownloadConfig = { backend: proxy.name, rules: [] }
  const stops: (() => Promise<void> | void)[] = [tree.remove]
  let open: { server: RunningProxy; application: Application; direct: Application } | undefined
  const running = () => {
    assert.ok(open, 'The servers run while tests do.')
    return open
  }
  before(async () => {
    const remote = await other?.start()
    stops.push(async () => other?.close())
    const rules = rulesFor(proxy, tree, remote)
    const middleware = new SmartDownloadMiddleware({ ...config, rules })
    const application = await startApplication(tree, { middleware, remote })
    stops.push(application.close)
    const direct = await startApplication(tree)
    stops.push(direct.close)
    Object.assign(config, { rules, server: { application: application.origin, headers: ['X-Own'] } })
    const server = await startProxy(proxy, config)
    stops.push(server.stop)
    open = { server, application, direct }
  })
  after(async () => {
    // Also when only the first of them were started: a server that stays open keeps this process from its end.
    for (const stop of stops.reverse()) await stop()
  })
  return {
    proxy,
    differences: differences[proxy.name as keyof typeof differences],
    tree,
    config,
    async ask(target, options) {
      const { server, application } = running()
      application.exchanges.length = 0
      const reply = await ask(server.origin, target, options)
      assert.ok(application.exchanges.length <= 1, 'The application was asked more than once.')
      return { ...reply, exchange: application.exchanges[0] }
    },
    askDirectly: (target, options) => ask(running().direct.origin, target, options),
    release: () => running().application.release(),
    log: () => running().server.log(),
    test(name, run) {
      test(name, async (context) => {
        const before = running().server.log().length
        try {
          await run()
        } catch (error) {
          context.diagnostic(`${proxy.name} has logged:\n${running().server.log().slice(before)}`)
          throw error
        }
      })
    },
  }
}

/** Proves that the bytes came from the server: the application named the file and sent none. */
export function assertHandedOver({ proxy }: Site, { exchange, fields }: ProxiedReply): void {
  assert.ok(exchange, 'The application was not asked.')
  assert.notEqual(exchange.headers[proxy.header], undefined, 'The application did not hand the file over.')
  assert.equal(exchange.bodyLength, 0, 'The application has sent bytes of its own.')
  assertNothingInternal(fields)
}

/** Proves that the bytes came from the application. */
export function assertStreamed({ proxy }: Site, { exchange, fields, body }: ProxiedReply): void {
  assert.ok(exchange, 'The application was not asked.')
  assert.equal(exchange.headers[proxy.header], undefined, 'The application has handed the file over.')
  assert.equal(exchange.bodyLength, body.length)
  assertNothingInternal(fields)
}

/** What the application tells its server is nothing for clients. */
export function assertNothingInternal(fields: Reply['fields']): void {
  const internal = fields.filter(([name]) => /^x-(?:accel|sendfile|litespeed)/i.test(name))
  assert.deepEqual(internal, [])
}

function rulesFor(proxy: ProxyServer, tree: Tree, remote: string | undefined): Rule[] {
  const isToldAddresses = proxy.header === 'x-accel-redirect'
  /** Where the server finds the files of a source, in the words of this server's rules. */
  const at = (name: string, folder?: string): object =>
    isToldAddresses ? { destinationUrl: `/protected/${name}/`, files: folder } : { destinationDir: folder }
  const rules: object[] = [
    { sourceDir: tree.path('files'), ...at('files') },
    { sourceUrl: '/media/', ...at('media', tree.path('media')) },
    { sourceUrl: '/made/', ...at('made', tree.path('made')) },
    // The application knows this folder by a link.
    { sourceDir: tree.path('link-to-published'), ...at('published') },
  ]
  if (proxy.name === 'nginx') {
    rules.push({
      sourceDir: tree.path('limited'),
      ...at('limited'),
      limitRate: 100_000,
      expires: 60,
      withBuffering: false,
    })
  }
  if (remote !== undefined) rules.push({ sourceUrl: `${remote}/objects/`, ...at('remote') })
  return rules as Rule[]
}
