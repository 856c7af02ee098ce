import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export const KIB = 1024
export const MIB = 1024 * KIB

/** Single files, by name. */
export const SIZES: Readonly<Record<string, number>> = {
  '1-KiB.bin': KIB,
  '64-KiB.bin': 64 * KIB,
  '1-MiB.bin': MIB,
  '64-MiB.bin': 64 * MIB,
  '100-MiB.bin': 100 * MIB,
}

/** Makes the files in a folder of their own: those of {@link SIZES}, and `count` small ones. */
export function createTree(count: number): string {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'downloadview-bench-'))
  for (const [name, size] of Object.entries(SIZES)) writeFileSync(join(root, name), contentOf(name, 0, size))
  for (let index = 0; index < count; index++) {
    const path = join(root, smallName(index))
    // The first thousand are the first of each folder.
    if (index < FOLDERS) mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, contentOf(smallName(index), 0, KIB))
  }
  readAll(root, count)
  return root
}

/** The first to read a file after a change has the time of that written to it: that would be whoever comes first. */
function readAll(root: string, count: number): void {
  for (const name of Object.keys(SIZES)) readFileSync(join(root, name))
  for (let index = 0; index < count; index++) readFileSync(join(root, smallName(index)))
}

/** Removes a folder of {@link createTree}. */
export function removeTree(root: string): void {
  rmSync(root, { recursive: true, force: true })
}

/** Name of one of the many small files; `wrk/load.lua` makes the same. They lie in 1,000 folders. */
export function smallName(index: number): string {
  return `many/${index % 100}/${Math.floor(index / 100) % 10}/${index}.bin`
}

/** A part of what is in a file: its name over and over, so that no file looks like another. */
export function contentOf(name: string, start: number, length: number): Buffer {
  const line = Buffer.from(`${name}\n`)
  const shift = start % line.length
  return Buffer.alloc(length, Buffer.concat([line.subarray(shift), line.subarray(0, shift)]))
}

/** The same for a process that has to end at once. */
export function removeTreeNow(root: string): void {
  rmSync(root, { recursive: true, force: true })
}

const FOLDERS = 1000
