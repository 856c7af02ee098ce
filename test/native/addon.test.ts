import assert from 'node:assert/strict'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { after, describe, test } from 'node:test'
import type { Watcher } from '../../src/adapters/node/native/addon.js'
import { nativeAddon } from '../../src/adapters/node/native/load.js'
import type { PlainSocket } from '../../src/adapters/node/native/plain-socket.js'
import { createFixtures } from '../adapters/fixtures.js'
import { runChild } from '../support/child.js'
import { requireNative } from './serving.js'

requireNative()
const addon = nativeAddon() as NonNullable<ReturnType<typeof nativeAddon>>
const fixtures = createFixtures()
after(() => fixtures.remove())
const file = openSync(fixtures.write('file.txt', 'content'), 'r')
after(() => closeSync(file))

describe('the compiled part', () => {
  test('throws at arguments of the wrong kind, and at too few of them', () => {
    const wrong = addon as unknown as Record<string, (...args: unknown[]) => unknown>
    for (const [name, args] of [
      ['sendFile', []],
      ['sendFile', [1, 2, 3]],
      ['sendFile', ['1', file, 0, 1]],
      ['sendFile', [-1, file, 0, 1]],
      ['sendFile', [1, file, -1, 1]],
      ['sendFile', [1, file, 0, 0]],
      ['sendFile', [1, file, 0, '1']],
      ['isCached', [file, 0]],
      ['cork', [1, 1]],
      ['watch', [1, 'callback']],
      ['pause', [{}]],
      ['resume', [7]],
      ['close', []],
    ] as const) {
      assert.throws(() => wrong[name]?.(...args), TypeError, `${name}(${JSON.stringify(args)})`)
    }
  })

  test('gives errors of the system as negative numbers', () => {
    assert.equal(addon.sendFile(100_000, file, 0, 1), -9)
    assert.equal(
      addon.watch(100_000, () => {}),
      -9,
    )
    assert.equal(
      addon.watch(file, () => {}),
      -1,
    )
  })

  test('tells nothing of what is behind the end of a file, and does not mind', () => {
    assert.equal(addon.isCached(file, 1_000_000, 10), true)
    addon.cork(file, true)
  })

  test('calls while a socket takes bytes, not while it is paused, and never once it is closed', async () => {
    const { server, descriptor, close } = await openPair()
    let calls = 0
    const watcher = addon.watch(descriptor, () => calls++) as Watcher
    assert.equal(typeof watcher, 'object')
    while (calls < 3) await turn()
    addon.pause(watcher)
    const paused = calls
    for (let round = 0; round < 5; round++) await turn()
    assert.equal(calls, paused)
    addon.resume(watcher)
    while (calls < paused + 2) await turn()
    addon.close(watcher)
    const closed = calls
    addon.close(watcher)
    addon.resume(watcher)
    addon.pause(watcher)
    for (let round = 0; round < 5; round++) await turn()
    assert.equal(calls, closed)
    assert.equal(server.destroyed, false)
    close()
  })

  test('can close a watcher from within its own call', async () => {
    const { descriptor, close } = await openPair()
    let calls = 0
    const watcher = addon.watch(descriptor, () => {
      calls++
      addon.close(watcher as Watcher)
    })
    while (calls === 0) await turn()
    for (let round = 0; round < 5; round++) await turn()
    assert.equal(calls, 1)
    close()
  })

  test('lets promises and ticks run after each call', async () => {
    const { descriptor, close } = await openPair()
    const order: string[] = []
    await new Promise<void>((resolve) => {
      const watcher = addon.watch(descriptor, () => {
        order.push('call')
        process.nextTick(() => order.push('tick'))
        void Promise.resolve().then(() => order.push('promise'))
        setImmediate(() => {
          order.push('immediate')
          resolve()
        })
        addon.close(watcher as Watcher)
      })
    })
    assert.deepEqual(order, ['call', 'tick', 'promise', 'immediate'])
    close()
  })

  test('makes an error of a call an uncaught one, and frees watchers that nobody has any more', async () => {
    const { code, output, errors } = await runChild(
      `import { createServer, connect } from 'node:net'
      import { nativeAddon } from './src/adapters/node/native/load.ts'
      const addon = nativeAddon()
      const server = createServer((socket) => {
        for (let round = 0; round < 1000; round++) addon.close(addon.watch(socket._handle.fd, () => {}))
        globalThis.gc?.()
        const watcher = addon.watch(socket._handle.fd, () => {
          addon.close(watcher)
          throw new Error('on purpose')
        })
      })
      process.on('uncaughtException', ({ message }) => {
        console.log(message)
        globalThis.gc?.()
        process.exit(3)
      })
      server.listen(0, '127.0.0.1', () => connect(server.address().port, '127.0.0.1'))`,
    )
    assert.deepEqual({ code, output, errors }, { code: 3, output: 'on purpose\n', errors: '' })
  })
})

/** Two ends of a connection; the descriptor is the server's. */
async function openPair(): Promise<{ server: Socket; descriptor: number; close(): void }> {
  const listener = createServer()
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const client = connect(listener.address() as { port: number })
  const [server] = (await once(listener, 'connection')) as [PlainSocket]
  listener.close()
  return {
    server,
    descriptor: server._handle?.fd ?? -1,
    close() {
      client.destroy()
      server.destroy()
    },
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
