const KIB = 1024

/** Paths of what is made on the fly: pieces of one size, so many of them. */
const MADE = {
  'pieces-1-KiB': { piece: pieceOf(KIB), count: KIB },
  'pieces-64-KiB': { piece: pieceOf(64 * KIB), count: 256 },
}

/** What a path stands for. */
export const madeFor = (name) => MADE[name]

/** Made once: what is measured is how pieces are sent. */
function pieceOf(size) {
  return Buffer.alloc(size, 'piece of a generated file\n')
}
