import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createFixtures } from '../adapters/fixtures.js'
import { type ChildResult, ended, runChild, startChild, textOf } from '../support/child.js'
import { hashOfNoise, MIB, writeNoise } from './files.js'
import { requireNative } from './serving.js'

const fixtures = createFixtures()
after(() => fixtures.remove())
requireNative()

const LARGE = 64 * MIB
const large = writeNoise(fixtures, 'large.bin', LARGE)
const HASH = hashOfNoise(0, LARGE - 1)

/** For modules that are given as text: the file, and the tools of these tests. */
const TOOLS = `
  import { Worker } from 'node:worker_threads'
  import { once } from 'node:events'
  import { RawConnection, writeRequest } from './test/http/raw.ts'
  import { hashOfBody } from './test/native/files.ts'
  import { serveNatively } from './test/native/serving.ts'
  const [, path] = process.argv
  async function begin(origin) {
    const connection = await RawConnection.open(origin)
    connection.send(writeRequest({ target: '/' }))
    await connection.head()
    return connection
  }
  const WORKER = \`
    import { parentPort, workerData } from 'node:worker_threads'
    import { register } from 'tsx/esm/api'
    // Workers of Node 20 do not take over what the main thread compiles with.
    register()
    const { serveNatively } = await import('./test/native/serving.ts')
    const served = await serveNatively(workerData)
    parentPort.on('message', () => parentPort.postMessage(served.ends))
    parentPort.postMessage(served.origin)
  \`
  async function startWorker() {
    const worker = new Worker(WORKER, { eval: true, workerData: path })
    const [origin] = await once(worker, 'message')
    return { worker, origin }
  }
`

test('several workers and the main thread send at once', async () => {
  const result = await runChild(
    `${TOOLS}
    const main = await serveNatively(path)
    const workers = await Promise.all([startWorker(), startWorker(), startWorker()])
    const origins = [main.origin, ...workers.map(({ origin }) => origin)]
    const hashes = await Promise.all(origins.map(async (origin) => {
      const connection = await begin(origin)
      const hash = await hashOfBody(connection, ${LARGE})
      connection.destroy()
      return hash
    }))
    const ends = await Promise.all(workers.map(async ({ worker }) => {
      worker.postMessage('ends')
      return (await once(worker, 'message'))[0]
    }))
    console.log(JSON.stringify({ hashes, ends: [main.ends, ...ends].flat() }))
    await Promise.all(workers.map(({ worker }) => worker.terminate()))
    await main.close()`,
    [large],
  )
  assertWell(result)
  const four = <Value>(value: Value) => [value, value, value, value]
  assert.deepEqual(JSON.parse(result.output), { hashes: four(HASH), ends: four(LARGE) })
})

test('a worker that is terminated in the middle of its transfers ends without harm to the others', async () => {
  const result = await runChild(
    `${TOOLS}
    const main = await serveNatively(path)
    const mine = await begin(main.origin)
    for (let round = 0; round < 5; round++) {
      const { worker, origin } = await startWorker()
      const connections = await Promise.all([begin(origin), begin(origin), begin(origin)])
      const cut = Promise.all(connections.map((connection) => connection.ended()))
      await worker.terminate()
      await cut
    }
    console.log(await hashOfBody(mine, ${LARGE}))
    mine.destroy()
    await main.close()`,
    [large],
  )
  assertWell(result)
  assert.equal(result.output.trim(), HASH)
})

for (const [title, end, expected] of [
  ['ends by process.exit()', 'process.exit(7)', { code: 7, signal: null }],
  ['is killed by SIGTERM', "process.kill(process.pid, 'SIGTERM')", { code: null, signal: 'SIGTERM' }],
  ['fails by an error that nobody catches', "throw new Error('on purpose')", { code: 1, signal: null }],
] as const) {
  test(`a process that ${title} in the middle of its transfers does not crash`, async () => {
    const { code, signal } = await runChild(
      `${TOOLS}
      const served = await serveNatively(path)
      await Promise.all([begin(served.origin), begin(served.origin), begin(served.origin)])
      setImmediate(() => { ${end} })`,
      [large],
    )
    assert.deepEqual({ code, signal }, expected)
  })
}

test('a process with nothing else to do ends once its transfers have ended', async () => {
  const result = await runChild(
    `${TOOLS}
    const served = await serveNatively(path)
    const connection = await begin(served.origin)
    connection.reset()
    served.server.close()`,
    [large],
  )
  assertWell(result)
})

test('the workers of a cluster send', async () => {
  const child = startChild(
    `${TOOLS}
    import cluster from 'node:cluster'
    if (cluster.isPrimary) {
      const workers = [cluster.fork(), cluster.fork()]
      const ports = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]))
      const hashes = await Promise.all(Array.from({ length: 4 }, async () => {
        const connection = await begin(ports[0])
        const hash = await hashOfBody(connection, ${LARGE})
        connection.destroy()
        return hash
      }))
      const ends = await Promise.all(workers.map(async (worker) => {
        worker.send('ends')
        return (await once(worker, 'message'))[0]
      }))
      console.log(JSON.stringify({ hashes, ends }))
      for (const worker of workers) worker.kill()
    } else {
      const served = await serveNatively(path)
      process.on('message', () => process.send(served.ends))
      process.send(served.origin)
    }`,
    [large],
  )
  const [output, errors] = await Promise.all([textOf(child.stdout), textOf(child.stderr), ended(child)])
  assertWell({ code: child.exitCode, signal: child.signalCode, output, errors })
  const { hashes, ends } = JSON.parse(output)
  assert.deepEqual(hashes, [HASH, HASH, HASH, HASH])
  // The second connection goes to the worker that the first one did not: after that, to whichever is free.
  const sent = ends.map((each: number[]) => each.length)
  assert.deepEqual(
    { each: sent.map((count: number) => count > 0), all: sent[0] + sent[1] },
    { each: [true, true], all: 4 },
  )
})

test('the rest goes by JavaScript where the process may not open anything more', async () => {
  const result = await runChild(
    `${TOOLS}
    import { openSync, closeSync } from 'node:fs'
    const taken = []
    const served = await serveNatively(path, {
      send(sender, file, range) {
        // All that is left: the transfer cannot copy its socket any more.
        for (;;) try { taken.push(openSync('/dev/null')) } catch { break }
        return sender.send(file, range).finally(() => taken.splice(0).forEach((each) => closeSync(each)))
      },
    })
    const connection = await begin(served.origin)
    const hash = await hashOfBody(connection, ${LARGE})
    connection.destroy()
    console.log(JSON.stringify({ hash, isPart: served.ends[0] > 0 && served.ends[0] < ${LARGE} }))
    await served.close()`,
    [large],
    { nofile: 64 },
  )
  assertWell(result)
  assert.deepEqual(JSON.parse(result.output), { hash: HASH, isPart: true })
})

function assertWell({ code, signal, errors }: ChildResult): void {
  assert.deepEqual({ code, signal, errors }, { code: 0, signal: null, errors: '' })
}
