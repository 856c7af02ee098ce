/** Tells whether an address is one that is asked over HTTP. */
export function isWebAddress({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:'
}
