import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toFetchHandler } from '../../src/adapters/fetch/index.js'
import type { DownloadFile } from '../../src/files/file.js'
import { DownloadResponse } from '../../src/responses/download.js'
import { openFiles } from '../../src/storages/disk/open-files.js'
import { PathDownloadView } from '../../src/views/path.js'
import { openBelow } from '../support/descriptors.js'
import { eventually } from '../support/eventually.js'
import { BIG, DIGITS, noise } from './fixtures.js'
import { useFixtures, watchForStrayErrors } from './use.js'

const fixtures = useFixtures()
watchForStrayErrors()

const URL_OF = 'http://localhost'
/** Too large to be held in memory, and small enough for one large piece. */
const MEDIUM = noise(200 * 1024)

/** Asks a view for a file of the fixtures. */
function asking(key: string): () => Promise<Response> {
  const handle = toFetchHandler(PathDownloadView.asView({ path: fixtures.path(key) }))
  return () => handle(new Request(URL_OF))
}

describe('a small file', () => {
  const spoilers: Readonly<Record<string, (response: Response) => Promise<void>>> = {
    'its stream': async (response) => {
      for await (const piece of response.body ?? []) piece.fill(0)
    },
    'the stream of a copy': async (response) => {
      for await (const piece of response.clone().body ?? []) piece.fill(0)
    },
    'its buffer': async (response) => void new Uint8Array(await response.arrayBuffer()).fill(0),
    'its blob': async (response) => void new Uint8Array(await (await response.blob()).arrayBuffer()).fill(0),
    'its stream, and takes the memory away': async (response) => {
      for await (const piece of response.body ?? []) structuredClone(piece.buffer, { transfer: [piece.buffer] })
    },
  }
  for (const [what, spoil] of Object.entries(spoilers)) {
    test(`is the same for the next client when one writes over ${what}`, async () => {
      const ask = asking('digits.txt')
      // A file is held in memory from its second reading on, at the latest.
      for (let round = 0; round < 4; round++) {
        await spoil(await ask())
        assert.equal(await (await ask()).text(), DIGITS)
      }
    })
  }

  test('is let go of before anybody reads the response', async () => {
    const response = await asking('digits.txt')()
    await openFiles.closeIdle()
    assert.deepEqual(openBelow(fixtures.root), [])
    assert.equal(await response.text(), DIGITS)
  })

  test('is a body even when it is empty', async () => {
    const response = await asking('empty.txt')()
    assert.equal(response.headers.get('Content-Length'), '0')
    assert.notEqual(response.body, null)
    assert.equal((await response.arrayBuffer()).byteLength, 0)
  })
})

describe('a larger file', () => {
  test('comes in few pieces', async () => {
    const pieces = await piecesOf(await asking('big.bin')())
    assert.ok(Buffer.concat(pieces).equals(BIG), 'The bytes differ.')
    assert.ok(pieces.length <= 8, `There are ${pieces.length} pieces.`)
  })

  test('is the same for the next client when one writes over its pieces', async () => {
    const ask = asking('big.bin')
    const response = await ask()
    const reader = response.body?.getReader()
    for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) next.value.fill(0)
    assert.ok(Buffer.from(await (await ask()).arrayBuffer()).equals(BIG), 'The bytes differ.')
  })

  for (const [key, content] of [
    ['medium.bin', MEDIUM],
    ['big.bin', BIG],
  ] as const) {
    const ends: Readonly<Record<string, (response: Response) => Promise<unknown>>> = {
      'was read': (response) => response.arrayBuffer(),
      'was cancelled': async (response) => response.body?.cancel(),
      'was cancelled after its first piece': async (response) => {
        const reader = response.body?.getReader()
        await reader?.read()
        await reader?.cancel()
      },
      'was cancelled while it was read': async (response) => {
        const reader = response.body?.getReader()
        await reader?.read()
        const reading = reader?.read()
        await reader?.cancel()
        await reading
      },
    }
    for (const [end, finish] of Object.entries(ends)) {
      test(`${key} is let go of once it ${end}, and leaves nothing behind in 300 rounds`, async () => {
        fixtures.write('medium.bin', MEDIUM)
        const ask = asking(key)
        for (let round = 0; round < 300; round++) await finish(await ask())
        await eventually(async () => {
          await openFiles.closeIdle()
          return openBelow(fixtures.root).length === 0
        })
        // Were large buffers missing by now, pieces would be small.
        const pieces = await piecesOf(await ask())
        assert.ok(Buffer.concat(pieces).equals(content), 'The bytes differ.')
        assert.ok(pieces.length <= 8, `There are ${pieces.length} pieces.`)
      })
    }
  }

  test('is let go of by a client that reads the announced length and then asks for no more', async () => {
    const response = await asking('big.bin')()
    const reader = response.body?.getReader()
    for (let left = BIG.length; left > 0; ) left -= (await reader?.read())?.value?.length ?? Number.NaN
    await eventually(async () => {
      await openFiles.closeIdle()
      return openBelow(fixtures.root).length === 0
    })
    await reader?.cancel()
  })

  test('is sent in small pieces when many wait, so that memory has an end', async () => {
    const ask = asking('big.bin')
    // Open by then: those who open a file at the same time read it each in its own way.
    const waiting = [await ask(), ...(await Promise.all(Array.from({ length: 299 }, ask)))]
    const readers = waiting.map(({ body }) => body?.getReader())
    const sizes = await Promise.all(readers.map(async (reader) => (await reader?.read())?.value?.length ?? 0))
    const held = sizes.reduce((sum, size) => sum + size, 0)
    assert.ok(held <= 32 * 1024 * 1024 + sizes.length * 32 * 1024, `${held} bytes are held.`)
    await Promise.all(readers.map((reader) => reader?.cancel()))
    const pieces = await piecesOf(await ask())
    assert.ok(pieces.length <= 8, `There are ${pieces.length} pieces.`)
  })
})

describe('a source of its own', () => {
  const sources: Readonly<Record<string, Uint8Array>> = {
    'shared memory': new Uint8Array(new SharedArrayBuffer(7)),
    'resizable memory': new Uint8Array(new (ArrayBuffer as ResizableArrayBuffers)(7, { maxByteLength: 9 })),
    'a part of memory': Buffer.alloc(20).subarray(3, 10),
  }
  for (const [what, bytes] of Object.entries(sources)) {
    test(`that gives ${what} is sent`, async () => {
      bytes.set(Buffer.from('content'))
      const file: DownloadFile = {
        name: 'own.txt',
        stat: async () => ({ size: bytes.length }),
        async *open() {
          yield bytes
        },
      }
      const response = await toFetchHandler(async () => new DownloadResponse(file))(new Request(URL_OF))
      assert.equal(await response.text(), 'content')
    })
  }
})

test('no name and no value of a header is lost', async () => {
  const headers = { ['__proto__']: 'odd', 'Set-Cookie': ['a=1', 'b=2'], 'X-Own': '1' }
  for (const own of [headers, { ['__proto__']: 'odd' }]) {
    const view = PathDownloadView.asView({ path: fixtures.path('digits.txt'), headers: own })
    const response = await toFetchHandler(view)(new Request(URL_OF))
    assert.equal(response.headers.get('__proto__'), 'odd')
    assert.deepEqual(response.headers.getSetCookie(), own === headers ? ['a=1', 'b=2'] : [])
  }
})

async function piecesOf({ body }: Response): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = []
  for await (const piece of body ?? []) pieces.push(piece)
  return pieces
}

/** The language that our types are checked by does not know them yet. */
type ResizableArrayBuffers = new (length: number, options: { maxByteLength: number }) => ArrayBuffer
