/** What the server of Bun tells of a request. */
export interface BunServer {
  requestIP?(request: Request): { readonly address: string } | null
}

/** What the server of Deno tells of a request. */
export interface DenoInfo {
  readonly remoteAddr?: { readonly hostname?: string } | undefined
}

/** The IP address of who is connected, as a runtime other than Node tells it. Never from a header: whoever asks writes those. */
export function connectedAddress(
  request: Request,
  server: BunServer | undefined,
  info: DenoInfo | undefined,
): string | undefined {
  return info?.remoteAddr?.hostname ?? server?.requestIP?.(request)?.address
}
