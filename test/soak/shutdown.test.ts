import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, type TestContext, test } from 'node:test'
import { RawConnection, writeRequest } from '../http/raw.js'
import { bundle } from '../support/bundle.js'
import { textOf } from '../support/child.js'
import { scratchFolder } from '../support/scratch.js'
import { contentOf } from './content.js'

/** More than all buffers between a server and a client hold. */
const SIZE = 16 * 1024 * 1024
const NAMES = ['one.bin', 'two.bin'] as const

const folder = await scratchFolder({ after: (work) => after(work as () => void) })
const server = await bundle(new URL('child/closing.ts', import.meta.url), folder)

for (const native of [true, false]) {
  describe(`a server that is told to end, ${native ? 'with the native sender' : 'in plain JavaScript'},`, {
    concurrency: true,
  }, () => {
    test('lets running downloads come to their end, and then ends by itself', async (context) => {
      const closing = await startClosing(context, native, 60_000)
      const downloads = await Promise.all(NAMES.map((name) => closing.begin(name)))
      assert.equal(closing.isNative(), native)
      closing.end()
      await closing.refuses()
      for (const [index, download] of downloads.entries()) {
        const body = await download.take(SIZE)
        assert.ok(body.equals(contentOf(NAMES[index] as string, 1, SIZE)), `${NAMES[index]} differs.`)
      }
      assert.deepEqual(await closing.ended(), { code: 0, output: ['closed'], errors: '' })
    })

    test('cuts those that take too long, and then ends by itself', async (context) => {
      const closing = await startClosing(context, native, 200)
      const downloads = await Promise.all(NAMES.map((name) => closing.begin(name)))
      closing.end()
      assert.deepEqual(await closing.ended(), { code: 0, output: ['closed'], errors: '' })
      for (const download of downloads) {
        assert.ok((await download.take(SIZE)).length < SIZE, 'It never came to its end.')
      }
    })
  })
}

async function startClosing(context: TestContext, native: boolean, limit: number) {
  const root = await scratchFolder(context)
  for (const name of NAMES) writeFileSync(join(root, name), contentOf(name, 1, SIZE))
  const child = spawn(process.execPath, [server, root, String(limit)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DOWNLOADVIEW_NATIVE: native ? '1' : '0' },
  })
  context.after(() => child.kill('SIGKILL'))
  const closed = once(child, 'close')
  const errors = textOf(child.stderr)
  const output: string[] = []
  const lines = createInterface(child.stdout)
  const [port] = await Promise.race([
    once(lines, 'line'),
    closed.then(async () => Promise.reject(new Error(await errors))),
  ])
  lines.on('line', (line) => output.push(line))
  const origin = `http://127.0.0.1:${port}`
  return {
    /** Begins a download and reads nothing but its head. */
    async begin(name: string): Promise<RawConnection> {
      const connection = await RawConnection.open(origin)
      context.after(() => connection.destroy())
      connection.send(writeRequest({ target: `/${name}` }))
      await connection.head()
      return connection
    },
    isNative: () => readFileSync(`/proc/${child.pid}/maps`, 'utf8').includes('downloadview_sender.node'),
    end: () => child.kill('SIGTERM'),
    /** Waits until it takes nobody in any more. */
    async refuses(): Promise<void> {
      for (;;) {
        try {
          const connection = await RawConnection.open(origin)
          connection.destroy()
        } catch {
          return
        }
      }
    },
    async ended() {
      const [code] = await closed
      return { code, output, errors: await errors }
    },
  }
}
