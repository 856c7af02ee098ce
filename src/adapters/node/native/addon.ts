/** What the compiled part offers, see `native/sender.c`. Errors are negative numbers, as the system counts them. */
export interface Addon {
  /** Moves bytes of a file into a socket; gives how many it took, which may be fewer, or an error. */
  sendFile(socket: number, file: number, position: number, length: number): number
  /** Tells whether these bytes can be read without waiting for a disk, as far as the file system can tell. */
  isCached(file: number, position: number, length: number): boolean
  /** Lets a socket of TCP wait for full packets, or no longer. Other sockets take no notice. */
  cork(socket: number, isCorked: boolean): void
  /** Calls back in each turn of the event loop in which the socket takes bytes or has failed. Gives an error or: */
  watch(socket: number, callback: () => void): Watcher | number
  /** Stops the calls until they are resumed. */
  pause(watcher: Watcher): void
  resume(watcher: Watcher): void
  /** Ends the calls for good. Each watcher has to be closed: until then it keeps the socket open. */
  close(watcher: Watcher): void
}

/** A wait for a socket. */
export type Watcher = { readonly [watcher]: never }

declare const watcher: unique symbol
