import { type ByteRange, type DownloadFile, FileNotFoundError, type FileStat } from 'downloadview'

/** A file that is stored as rows of one size each: those of a range are asked for, and no others. */
export class RowsFile implements DownloadFile {
  readonly name: string
  readonly #rows: Rows

  constructor(rows: Rows, name: string) {
    this.#rows = rows
    this.name = name
  }

  async stat(): Promise<FileStat> {
    const version = await this.#rows.version()
    if (version === undefined) throw new FileNotFoundError()
    return { size: version.rows * ROW, etag: `"${version.number}"`, modifiedTime: version.savedAt }
  }

  async *open(range?: ByteRange): AsyncGenerator<Uint8Array> {
    const { size = 0 } = await this.stat()
    const { start, end } = range ?? { start: 0, end: size - 1 }
    for (let row = Math.floor(start / ROW); row * ROW <= end; row += 1) {
      const bytes = await this.#rows.read(row)
      yield bytes.subarray(Math.max(0, start - row * ROW), Math.min(ROW, end + 1 - row * ROW))
    }
  }
}

/** Where the rows are. */
export interface Rows {
  version(): Promise<{ rows: number; number: number; savedAt: Date } | undefined>
  read(row: number): Promise<Uint8Array>
}

const ROW = 4
