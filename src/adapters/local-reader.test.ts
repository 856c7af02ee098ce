import assert from 'node:assert/strict'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { openBelow } from '../../test/support/descriptors.js'
import { eventually } from '../../test/support/eventually.js'
import { scratchFolder } from '../../test/support/scratch.js'
import { BodyError, FileChangedError } from '../errors.js'
import type { ByteRange } from '../headers/range.js'
import type { LocalBody } from '../responses/reply.js'
import type { DiskAccess } from '../storages/disk/devices.js'
import { OpenFiles } from '../storages/disk/open-files.js'
import { BufferPool } from './buffer-pool.js'
import { LocalReader } from './local-reader.js'

const KIB = 1024
const SIZE = 2000 * KIB
/** Each run of four bytes tells where it stands. */
const CONTENT = Buffer.from(Uint32Array.from({ length: SIZE / 4 }, (_, index) => index).buffer)

describe('a large file', () => {
  test('comes whole, in pieces of 512 KiB while the client is quick', async (t) => {
    const { reader } = await prepare(t)
    const pieces = await readAll(reader)
    assert.deepEqual(pieces.map(length), [512 * KIB, 512 * KIB, 512 * KIB, 464 * KIB])
    assert.ok(Buffer.concat(pieces).equals(CONTENT), 'The bytes differ.')
  })

  test('comes in pieces of 8 KiB once the client is slow, and in large ones when it is quick again', async (t) => {
    let now = 0
    const { reader } = await prepare(t, { now: () => now })
    const lengths: number[] = []
    for (const wait of [0, 500, 500, 500, 0, 0]) {
      now += wait
      const piece = await reader.next()
      piece?.onSent?.()
      lengths.push(length(piece?.bytes))
    }
    // What was read ahead before the client became slow is as large as it was.
    assert.deepEqual(lengths, [512 * KIB, 8 * KIB, 8 * KIB, 8 * KIB, 512 * KIB, 512 * KIB])
    reader.close()
  })

  test('comes in pieces of 32 KiB without a pool, and of 8 KiB when the pool is empty', async (t) => {
    const pool = new BufferPool()
    while (pool.take() !== undefined);
    for (const [each, size] of [
      [undefined, 32 * KIB],
      [pool, 8 * KIB],
    ] as const) {
      const { reader } = await prepare(t, { pool: each })
      const pieces = await readAll(reader)
      // The rest is one piece as soon as it is small.
      assert.equal(pieces.length, Math.ceil((SIZE - 32 * KIB) / size) + 1)
      assert.ok(Buffer.concat(pieces).equals(CONTENT), 'The bytes differ.')
    }
  })

  test('is asked for little at once where its disk is, and always by the thread pool for much', async (t) => {
    const little = [{ start: 900_000, end: 900_000 + 128 * KIB - 1 }] as const
    const much = [{ start: 900_000, end: 900_000 + 128 * KIB }] as const
    for (const [access, parts, isAtOnce] of [
      ['sync', little, true],
      ['sync', much, false],
      ['async', little, false],
    ] as const) {
      const { reader } = await prepare(t, { parts, access })
      const reading = reader.next()
      assert.equal(await isThereAtOnce(reading), isAtOnce, `${access}, ${length(bytesOf(parts))} bytes`)
      assert.ok(Buffer.from((await reading)?.bytes ?? '').equals(bytesOf(parts)), 'The bytes differ.')
      reader.close()
    }
  })

  test('is asked by the thread pool for much also where it comes in little pieces', async (t) => {
    const pool = new BufferPool()
    while (pool.take() !== undefined);
    const { reader } = await prepare(t, { pool, access: 'sync' })
    for (let piece = 0; piece < 3; piece++) {
      const reading = reader.next()
      assert.equal(await isThereAtOnce(reading), false)
      assert.equal((await reading)?.bytes.length, 8 * KIB)
    }
    reader.close()
  })

  test('comes as the parts that were asked for, with what stands between them', async (t) => {
    const parts = [
      text('head'),
      { start: 5, end: 9 },
      text('middle'),
      { start: 700 * KIB, end: SIZE - 1 },
      text('tail'),
    ]
    const { reader } = await prepare(t, { parts })
    const pieces = await readAll(reader)
    assert.ok(
      Buffer.concat(pieces).equals(
        Buffer.concat([
          text('head'),
          CONTENT.subarray(5, 10),
          text('middle'),
          CONTENT.subarray(700 * KIB),
          text('tail'),
        ]),
      ),
      'The bytes differ.',
    )
    assert.deepEqual(pieces.at(-1), text('tail'))
  })

  test('says which piece is the last', async (t) => {
    const { reader } = await prepare(t, { parts: [{ start: 0, end: 600 * KIB }] })
    assert.deepEqual([(await reader.next())?.isLast, (await reader.next())?.isLast], [false, true])
    assert.equal(await reader.next(), undefined)
    reader.close()
  })

  for (const [change, apply] of Object.entries({
    cut: (path: string) => truncateSync(path, 700 * KIB),
    'rewritten in place': (path: string) => writeFileSync(path, Buffer.alloc(SIZE, 'n'), { flag: 'r+' }),
  })) {
    test(`never comes to its end when it is ${change} under way`, async (t) => {
      for (const parts of [WHOLE, [{ start: 0, end: 600 * KIB }, text('tail')]]) {
        const { reader, path } = await prepare(t, { parts })
        await reader.next()
        apply(path)
        await assert.rejects(readAll(reader), FileChangedError)
        reader.close()
      }
    })
  }

  test('is released by close(), also while it is read, and is read no more then', async (t) => {
    const { reader, folder, files } = await prepare(t)
    const reading = reader.next()
    reader.close()
    reader.close()
    await assert.rejects(reading, BodyError)
    await assert.rejects(reader.next(), BodyError)
    await files.closeIdle()
    await eventually(() => openBelow(folder).length === 0)
  })

  test('is not read ahead for a client that gets little pieces', async (t) => {
    const pool = new BufferPool()
    while (pool.take() !== undefined);
    const { reader, path } = await prepare(t, { pool })
    await reader.next()
    await reader.next()
    writeFileSync(path, 'new content', { flag: 'r+' })
    truncateSync(path, 16 * KIB)
    await assert.rejects(reader.next(), FileChangedError)
    reader.close()
  })

  test('gives its memory back, whether it was sent, read ahead, or read when it was closed', async (t) => {
    const pool = new BufferPool()
    for (let round = 0; round < 300; round++) {
      const { reader } = await prepare(t, { pool })
      const first = await reader.next()
      assert.equal(length(first?.bytes), 512 * KIB, `round ${round}`)
      first?.onSent?.()
      if (round % 3 === 0) (await reader.next())?.onSent?.()
      const reading = round % 3 === 1 ? reader.next() : undefined
      reader.close()
      await reading?.catch(() => {})
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert.equal(freeOf(pool), 128)
  })

  test('gives its memory back when it has changed as its last piece is there', async (t) => {
    const pool = new BufferPool()
    const { reader, path } = await prepare(t, { pool, parts: [{ start: 0, end: 600 * KIB }] })
    ;(await reader.next())?.onSent?.()
    writeFileSync(path, Buffer.alloc(SIZE, 'n'), { flag: 'r+' })
    await assert.rejects(readAll(reader), FileChangedError)
    reader.close()
    assert.equal(freeOf(pool), 128)
  })
})

const WHOLE: LocalBody['parts'] = [{ start: 0, end: SIZE - 1 }]

interface Options {
  readonly parts?: LocalBody['parts']
  readonly pool?: BufferPool | undefined
  readonly now?: () => number
  readonly access?: DiskAccess
}

async function prepare(t: TestContext, options: Options = {}) {
  const { parts = WHOLE, now = () => 0, access = 'auto' } = options
  const pool = 'pool' in options ? options.pool : new BufferPool()
  const folder = await scratchFolder(t)
  const path = join(folder, 'file.bin')
  writeFileSync(path, CONTENT)
  const files = new OpenFiles()
  files.configure({ access })
  t.after(() => files.closeIdle())
  const file = files.retain(await files.stat(path))
  assert.ok(file !== undefined, 'The file is closed.')
  const reader = new LocalReader(file, parts, pool, now)
  return { reader, files, folder, path }
}

async function readAll(reader: LocalReader): Promise<Buffer[]> {
  const pieces: Buffer[] = []
  for (let piece = await reader.next(); piece !== undefined; piece = await reader.next()) {
    // Its memory is used again.
    pieces.push(Buffer.from(piece.bytes))
    piece.onSent?.()
  }
  reader.close()
  return pieces
}

/** Tells whether something is there before anything else can have its turn, as the thread pool would have to. */
async function isThereAtOnce(work: Promise<unknown>): Promise<boolean> {
  let isThere = false
  void work.then(() => (isThere = true))
  for (let step = 0; step < 50; step++) await null
  return isThere
}

function bytesOf([range]: readonly [ByteRange]): Buffer {
  return CONTENT.subarray(range.start, range.end + 1)
}

/** How many buffers can still be taken; they are then. */
function freeOf(pool: BufferPool): number {
  let free = 0
  while (pool.take() !== undefined) free++
  return free
}

function length(bytes: Uint8Array | undefined): number {
  return bytes?.length ?? 0
}

function text(content: string): Buffer {
  return Buffer.from(content)
}
