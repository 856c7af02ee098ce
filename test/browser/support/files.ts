import { createHash } from 'node:crypto'
import { createReadStream, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import { deflateSync, inflateSync } from 'node:zlib'
import { noise } from '../../adapters/fixtures.js'
import { scratchFolder } from '../../support/scratch.js'

/** A folder of files, removed after the tests of the file. */
export interface Files {
  readonly root: string
  path(name: string): string
  write(name: string, content: string | Uint8Array): Buffer
}

export async function createFiles(): Promise<Files> {
  const root = await scratchFolder({ after: (work) => after(work as () => void) })
  const path = (name: string) => join(root, name)
  return {
    root,
    path,
    write(name, content) {
      writeFileSync(path(name), content)
      return Buffer.from(content)
    },
  }
}

/** Bytes of which no two blocks are alike, as many as asked for. */
export function largeContent(length: number, seed = 1): Buffer {
  const block = noise(1_000_003, seed)
  const bytes = Buffer.alloc(length)
  for (let offset = 0; offset < length; offset += block.length) {
    block.copy(bytes, offset)
    bytes.writeUInt32BE(offset, Math.min(offset, length - 4))
  }
  return bytes
}

/** What is equal only if the bytes are. */
export async function digestOf(content: Uint8Array | string): Promise<string> {
  const hash = createHash('sha256')
  if (typeof content !== 'string') return hash.update(content).digest('hex')
  for await (const chunk of createReadStream(content)) hash.update(chunk)
  return hash.digest('hex')
}

/** A picture of one colour. */
export function picture(width: number, height: number, [red, green, blue]: readonly [number, number, number]): Buffer {
  const row = [0, ...Array.from({ length: width }, () => [red, green, blue]).flat()]
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2], 8)
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => Buffer.from(row))))
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
}

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + data.length)
  bytes.writeUInt32BE(data.length, 0)
  bytes.write(type, 4, 'latin1')
  data.copy(bytes, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), 8 + data.length)
  return bytes
}

/** As the PNG specification has it; Node 20.19 has none of its own. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}

/** The red, green and blue of a picture that is one pixel. */
export function colorOf(png: Buffer): number[] {
  const data = []
  for (let start = 8; start < png.length; start += 12 + png.readUInt32BE(start)) {
    const bytes = png.subarray(start + 8, start + 8 + png.readUInt32BE(start))
    if (png.toString('latin1', start + 4, start + 8) === 'IDAT') data.push(bytes)
  }
  const [, ...color] = inflateSync(Buffer.concat(data))
  return color.slice(0, 3)
}

/** A page of A4 with a rectangle in red over nearly all of it. */
export function redPdf(): string {
  const drawing = '1 0 0 rg 20 20 555 802 re f'
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>',
    `<</Length ${drawing.length}>>stream\n${drawing}\nendstream`,
  ]
  let pdf = '%PDF-1.4\n'
  const offsets = objects.map((object, index) => {
    const offset = pdf.length
    pdf += `${index + 1} 0 obj${object}endobj\n`
    return `${String(offset).padStart(10, '0')} 00000 n \n`
  })
  const table = `xref\n0 5\n0000000000 65535 f \n${offsets.join('')}`
  return `${pdf}${table}trailer<</Root 1 0 R/Size 5>>\nstartxref\n${pdf.length}\n%%EOF\n`
}

/** A tone of so many seconds, uncompressed: 16 bits, one channel. */
export function tone(seconds: number, rate = 48_000): Buffer {
  const samples = Buffer.alloc(2 * rate * seconds)
  for (let index = 0; index < samples.length / 2; index++) {
    samples.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * 440 * index) / rate)), 2 * index)
  }
  const head = Buffer.alloc(44)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(36 + samples.length, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(samples.length, 40)
  return Buffer.concat([head, samples])
}
