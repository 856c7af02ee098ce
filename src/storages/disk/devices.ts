import type { BigIntStats } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LRUCache } from 'lru-cache'
import { BlockingCalls, type DiskCalls, pooledCalls } from './calls.js'
import { pathOfDescriptor } from './real-path.js'

/**
 * How disks are asked: `'auto'` at once where it is known to take microseconds, and by the thread pool elsewhere;
 * `'sync'` always at once; `'async'` never.
 */
export type DiskAccess = 'auto' | 'sync' | 'async'

/** Knows the disks of this computer by what was seen of them, and how each may be asked. */
export class Devices {
  access: DiskAccess = 'auto'
  readonly #devices = new Map<bigint, Device>()
  /** By folder: a disk may be mounted on each. */
  readonly #folders = new LRUCache<string, Device>({ max: MAX_FOLDERS })

  /** How to ask for a file of which only the path is known. */
  callsFor(path: string): DiskCalls {
    if (this.access !== 'auto') return this.access === 'sync' ? BLOCKING : pooledCalls
    const device = this.#folders.get(dirname(path))
    if (device?.isLocal) return device.isQuick ? device.calls : CAUTIOUS
    // Nothing is known of the folder: what a mount of another computer tells first is good for the next calls.
    return device === undefined ? CAUTIOUS : pooledCalls
  }

  /** How to look whether a file that was seen lately is still the same: the system has all of that in its memory. */
  callsForKnown({ dev }: BigIntStats): DiskCalls {
    if (this.access !== 'auto') return this.access === 'sync' ? BLOCKING : pooledCalls
    return this.#devices.get(dev)?.isLocal ? BLOCKING : pooledCalls
  }

  /** Notes what disk a file was found on. */
  saw(path: string, { dev }: BigIntStats): void {
    this.#folders.set(dirname(path), this.#devices.get(dev) ?? this.#meet(path, dev))
  }

  #meet(path: string, dev: bigint): Device {
    const device = new Device()
    // Disks come and go with their numbers, and there are never many.
    if (this.#devices.size >= MAX_DEVICES) this.#devices.clear()
    this.#devices.set(dev, device)
    device.learn(path)
    return device
  }
}

/** A disk. */
class Device {
  isLocal = false
  readonly calls = new BlockingCalls((time) => this.#took(time))
  /** Milliseconds that a call took lately, in the mean. */
  #time = 0
  #slowUntil = 0

  /** Tells whether what is not in memory comes quickly as well. */
  get isQuick(): boolean {
    return this.#slowUntil === 0 || performance.now() > this.#slowUntil
  }

  #took(time: number): void {
    this.#time += (Math.min(time, LONG) - this.#time) / WEIGHT
    if (this.#time < QUICK) return
    this.#slowUntil = performance.now() + PAUSE
    this.#time = 0
  }

  /** Asks what file system it has; until that is known, it counts as one of another computer. */
  learn(path: string): void {
    statfs(path).then(
      ({ type }) => {
        this.isLocal = pathOfDescriptor(0) !== undefined && LOCAL.has(type)
      },
      () => {},
    )
  }
}

const BLOCKING = new BlockingCalls()

/** For a disk that may have to turn: what is known of a file that was opened just now is in memory all the same. */
const CAUTIOUS: DiskCalls = {
  ...pooledCalls,
  fstat: (descriptor) => BLOCKING.fstat(descriptor),
  realPathOf: (descriptor, path) => BLOCKING.realPathOf(descriptor, path),
  close: (descriptor) => BLOCKING.close(descriptor),
}

const MAX_FOLDERS = 10_000
const MAX_DEVICES = 1000
/**
 * Milliseconds in the mean. What the system has in its memory takes a hundredth of that; where each file has to come from
 * a disk, one call in three is a long one.
 */
const QUICK = 0.15
/** A call that is slow now and then changes nothing: the process itself has to wait for its turn at times. */
const WEIGHT = 16
/** Milliseconds: longer ones count as that. */
const LONG = 0.5
/** Milliseconds for which a slow disk is asked by the thread pool. */
const PAUSE = 1000

/**
 * File systems of Linux whose disk is in this computer (`statfs(2)`): ext2 to 4, XFS, Btrfs, tmpfs, overlayfs, F2FS, ZFS,
 * ramfs, bcachefs, EROFS, SquashFS, ISO 9660.
 */
const LOCAL = new Set([
  ...[0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0xf2f52010, 0x2fc12fc1, 0x858458f6, 0xca451a4e],
  ...[0xe0f5e1e2, 0x73717368, 0x9660],
])
