import { crc32, deflateSync } from 'node:zlib'

/** Red, green, blue and opacity, each from 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number, opacity: number]

/** Writes a picture in PNG, pixel by pixel. */
export function encodePng(width: number, height: number, colorAt: (x: number, y: number) => Color): Buffer {
  const lines = Buffer.alloc(height * (1 + 4 * width))
  for (let y = 0; y < height; y += 1) {
    // Each line begins with its filter; 0 is none.
    const start = y * (1 + 4 * width) + 1
    for (let x = 0; x < width; x += 1) lines.set(colorAt(x, y), start + 4 * x)
  }
  const size = Buffer.alloc(8)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  const eightBitsWithOpacity = Buffer.from([8, 6, 0, 0, 0])
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', Buffer.concat([size, eightBitsWithOpacity])),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}
