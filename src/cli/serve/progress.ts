import { formatBytes, visible } from './format.js'
import type { Transfer, TransferObserver } from './transfers.js'

/** Shows whoever runs the server what is downloaded. */
export interface Progress extends TransferObserver {
  /** Writes a line of its own. A name in it may be hostile, also one that the system repeats in an error. */
  note(line: string): void
  /** Writes what is still to be written, and stops. */
  close(): void
}

/** Where it is written: a terminal, a file, another program. */
export interface Output {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  readonly rows?: number | undefined
  write(text: string): unknown
}

/** At a terminal, shows all that is under way; elsewhere, writes one line for each download once it has ended. */
export function createProgress(output: Output, env: NodeJS.ProcessEnv = process.env): Progress {
  return output.isTTY && env['TERM'] !== 'dumb' ? new LiveProgress(output) : new PlainProgress(output)
}

class PlainProgress implements Progress {
  readonly #output: Output

  constructor(output: Output) {
    this.#output = output
  }

  begin(): void {}

  end(transfer: Transfer): void {
    this.note(endedLine(transfer))
  }

  note(line: string): void {
    this.#output.write(`${visible(line)}\n`)
  }

  close(): void {}
}

/** Keeps a block at the end of the terminal with a line for each download, and writes all else above it. */
class LiveProgress implements Progress {
  readonly #output: Output
  readonly #rates = new Map<Transfer, Rate>()
  #lines: string[] = []
  /** Lines that the block has on the screen. */
  #height = 0
  #timer: NodeJS.Timeout | undefined

  constructor(output: Output) {
    this.#output = output
  }

  begin(transfer: Transfer): void {
    this.#rates.set(transfer, new Rate(transfer))
    this.#start()
  }

  end(transfer: Transfer): void {
    this.#rates.delete(transfer)
    this.note(endedLine(transfer))
  }

  note(line: string): void {
    this.#lines.push(visible(line))
    this.#start()
  }

  close(): void {
    this.#rates.clear()
    this.#draw()
  }

  #start(): void {
    this.#timer ??= setInterval(() => this.#draw(), REDRAW_INTERVAL)
  }

  #draw(): void {
    const block = this.#block()
    const up = this.#height > 0 ? `\x1b[${this.#height}A\x1b[0J` : ''
    const lines = [...this.#lines, ...block]
    if (up !== '' || lines.length > 0) this.#output.write(up + lines.map((line) => `${line}\n`).join(''))
    this.#lines = []
    this.#height = block.length
    if (this.#rates.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Never more than the screen holds: the cursor cannot go back to what has left it. */
  #block(): string[] {
    // A terminal that does not know its size says 0.
    const { columns, rows } = { columns: this.#output.columns || 80, rows: this.#output.rows || 24 }
    const all = [...this.#rates.values()]
    const room = Math.max(1, rows - 2)
    const shown = all.length > room ? all.slice(0, room - 1) : all
    const lines = shown.map((rate) => activeLine(rate, columns - 1))
    if (shown.length < all.length) lines.push(`… and ${all.length - shown.length} more`)
    return lines
  }
}

/** Milliseconds. */
const REDRAW_INTERVAL = 200

/** How fast a download goes. */
class Rate {
  readonly transfer: Transfer
  #since = 0
  #bytes = 0
  #last: number | undefined

  constructor(transfer: Transfer) {
    this.transfer = transfer
  }

  /** Bytes in a second: lately, and in the beginning since then. */
  get bytesPerSecond(): number {
    const { bytes, seconds } = this.transfer
    const now = (bytes - this.#bytes) / Math.max(seconds - this.#since, 0.001)
    if (seconds - this.#since < RATE_INTERVAL) return this.#last ?? now
    this.#since = seconds
    this.#bytes = bytes
    this.#last = now
    return now
  }
}

/** Seconds. */
const RATE_INTERVAL = 1

function activeLine(rate: Rate, width: number): string {
  const { client, name, bytes, total } = rate.transfer
  const percent = total ? `${Math.min(100, Math.floor((bytes / total) * 100))} %` : ''
  const state = `${percent.padStart(5)} ${`${formatBytes(rate.bytesPerSecond)}/s`.padStart(9)}`
  return cut(`${cut(`${client}  ${visible(name)}`, width - state.length - 1)} ${state}`, width)
}

function endedLine({ client, status, name, bytes, seconds, isWhole }: Transfer): string {
  const fault = isWhole ? '' : ', broken off'
  return `${client} ${status} "${name}" ${bytes} bytes in ${seconds.toFixed(2)} s${fault}`
}

/** Cuts a text to so many columns. Whatever is not ASCII may take two, so it is counted as that. */
function cut(text: string, width: number): string {
  if (columnsOf(text) <= width) return text
  let room = width - 1
  let kept = ''
  for (const character of text) {
    room -= columnsOf(character)
    if (room < 0) break
    kept += character
  }
  return `${kept}…`
}

function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) columns += character < '\x7f' ? 1 : 2
  return columns
}
