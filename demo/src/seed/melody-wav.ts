/** A short tune as a sound file, so that there is something to seek in. */
export function melodyWav(): Buffer {
  const samples = Buffer.concat(NOTES.map((note, index) => tone(note, BEATS[index % BEATS.length] ?? 1)))
  return Buffer.concat([header(samples.length), samples])
}

/** Half tones above middle C, and how many beats each one lasts: two lines of the Ode to Joy. */
const NOTES = [4, 4, 5, 7, 7, 5, 4, 2, 0, 0, 2, 4, 4, 2, 2, 4, 4, 5, 7, 7, 5, 4, 2, 0, 0, 2, 4, 2, 0, 0]
const BEATS = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.5, 0.5, 2]

const RATE = 16_000
const SECONDS_PER_BEAT = 0.4
const MIDDLE_C = 261.63

function tone(note: number, beats: number): Buffer {
  const length = Math.round(RATE * SECONDS_PER_BEAT * beats)
  const frequency = MIDDLE_C * 2 ** (note / 12)
  const samples = Buffer.alloc(2 * length)
  for (let index = 0; index < length; index += 1) {
    const angle = (2 * Math.PI * frequency * index) / RATE
    const wave = Math.sin(angle) + 0.3 * Math.sin(2 * angle) + 0.1 * Math.sin(3 * angle)
    samples.writeInt16LE(Math.round(9000 * wave * envelope(index / length)), 2 * index)
  }
  return samples
}

/** Swells and fades, since a wave that is cut clicks. */
function envelope(part: number): number {
  return Math.min(1, part * 30) * (1 - part) ** 1.5
}

/** RIFF with uncompressed samples: 16 bits, one channel. */
function header(length: number): Buffer {
  const bytes = Buffer.alloc(44)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(36 + length, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(RATE, 24)
  bytes.writeUInt32LE(RATE * 2, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(length, 40)
  return bytes
}
