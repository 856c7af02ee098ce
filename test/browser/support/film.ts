import { readFileSync } from 'node:fs'

/**
 * A film of a minute with sound, so many bytes long that no browser reads ahead to its end.
 *
 * The film in the repository is small: here its pieces are moved apart. It was made by
 *
 *     ffmpeg -f lavfi -i testsrc=size=192x108:rate=5:duration=60 -f lavfi -i sine=frequency=330:duration=60 \
 *       -c:v libvpx-vp9 -b:v 6k -g 25 -deadline realtime -cpu-used 8 -c:a libopus -b:a 6k -ac 1 film.mp4
 */
export function longFilm(bytes: number): Buffer {
  const film = readFileSync(new URL('../media/film.mp4', import.meta.url))
  const media = boxOf(film, 'mdat')
  const tables = tablesOf(film)
  const starts = tables.flatMap(({ offsets }) => offsets).sort((a, b) => a - b)
  const gap = Math.ceil((bytes - film.length) / starts.length)
  const movedTo = new Map(starts.map((start, index) => [start, start + (index + 1) * gap]))
  for (const { at, offsets } of tables) {
    for (const [index, offset] of offsets.entries()) film.writeUInt32BE(movedTo.get(offset) ?? 0, at + 4 * index)
  }
  film.writeUInt32BE(media.end - media.start + starts.length * gap, media.start)
  const pieces = starts.map((start, index) => film.subarray(start, starts[index + 1] ?? media.end))
  const apart = pieces.flatMap((piece) => [Buffer.alloc(gap), piece])
  return Buffer.concat([film.subarray(0, starts[0]), ...apart, film.subarray(media.end)])
}

/** A box of the outermost level (ISO 14496-12): its length comes first, its type next. */
function boxOf(film: Buffer, type: string): { readonly start: number; readonly end: number } {
  let start = 0
  while (film.toString('latin1', start + 4, start + 8) !== type) start += film.readUInt32BE(start)
  return { start, end: start + film.readUInt32BE(start) }
}

/** The tables that tell where the pieces of a track lie: a count, then an offset for each piece. */
function tablesOf(film: Buffer): { readonly at: number; readonly offsets: readonly number[] }[] {
  const tables = []
  for (let box = film.indexOf('stco'); box !== -1; box = film.indexOf('stco', box + 4)) {
    const at = box + 12
    const offsets = Array.from({ length: film.readUInt32BE(box + 8) }, (_, index) => film.readUInt32BE(at + 4 * index))
    tables.push({ at, offsets })
  }
  return tables
}
